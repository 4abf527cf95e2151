"""Scenes of Tuscany drawn by us, for pages that have no photograph."""

THEMES = ("art", "unesco", "outdoor", "slow", "spa", "villages", "food", "crafts")


def svg(theme: str, seed: str = "", width: int = 800, height: int = 500) -> str:
    """Return the scene of a theme; the same seed gives the same scene."""
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" class="art" viewBox="0 0 800 500" '
        f'width="{width}" height="{height}" '
        'preserveAspectRatio="xMidYMid slice" aria-hidden="true">'
        '<path fill="#f3e3c7" d="M0 0h800v500H0z"/>'
        '<circle cx="600" cy="140" r="60" fill="#e9b872"/>'
        '<path fill="#9fb08a" d="M0 300q200-120 400-20t400-40v260H0z"/>'
        '<path fill="#5f7f62" d="M0 380q250-110 450-30t350-60v210H0z"/>'
        '<path fill="#2f5245" d="M0 450q300-80 500-20t300-40v110H0z"/></svg>'
    )
