"""Mail to travellers and operators, each in their language."""


def tell_traveller(order_id: int) -> None:
    """Mail the voucher to the traveller."""


def tell_operator(order_id: int) -> None:
    """Mail the booking to the operator."""


def tell_refund(refund_id: int) -> None:
    """Mail that money goes back, and why."""


def tell_cancelled(order_id: int) -> None:
    """Mail a cancellation to both."""
