"""What the observatory writes: official counts of guests."""

from belvedere.measure.services.import_flows import Refusal, import_flows
from belvedere.measure.services.seed import seed

__all__ = ["Refusal", "import_flows", "seed"]
