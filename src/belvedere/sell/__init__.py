"""What is sold: stock, holds, orders, payments, vouchers, through the port `Payments`."""
