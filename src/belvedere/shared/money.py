"""Money as the payment networks count it: whole minor units and a currency."""

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from babel import Locale
from babel.numbers import format_currency, get_currency_precision

from belvedere.shared.languages import locale


@dataclass(frozen=True)
class Amount:
    """So many minor units of a currency (ISO 4217).

    >>> Amount(2500, "EUR") + Amount(50, "EUR")
    Amount(minor=2550, currency='EUR')
    >>> Amount(2500, "EUR") * 3
    Amount(minor=7500, currency='EUR')
    >>> Amount(2500, "EUR") + Amount(1, "CNY")
    Traceback (most recent call last):
    ...
    ValueError: EUR and CNY are not added: convert one at a stored quote.
    """

    minor: int
    currency: str = "EUR"

    def __add__(self, other: "Amount") -> "Amount":
        if other.currency != self.currency:
            raise ValueError(
                f"{self.currency} and {other.currency} are not added: "
                "convert one at a stored quote."
            )
        return Amount(self.minor + other.minor, self.currency)

    def __mul__(self, times: int) -> "Amount":
        return Amount(self.minor * times, self.currency)

    @property
    def major(self) -> Decimal:
        """Return the amount in the currency's usual unit.

        >>> Amount(2500, "EUR").major
        Decimal('25.00')
        >>> Amount(2500, "JPY").major
        Decimal('2500')
        """
        return Decimal(self.minor).scaleb(-get_currency_precision(self.currency))

    def at(self, rate: Decimal, currency: str) -> "Amount":
        """Convert at a quote: `rate` units of `currency` for one of ours, half a cent up.

        >>> Amount(2500, "EUR").at(Decimal("7.80"), "CNY")
        Amount(minor=19500, currency='CNY')
        """
        shift = get_currency_precision(currency)
        minor = (self.major * rate).scaleb(shift).quantize(Decimal(1), ROUND_HALF_UP)
        return Amount(int(minor), currency)

    def text(self, language: str) -> str:
        r"""Write the amount for people, in the manner of a language (BCP 47).

        >>> Amount(2500, "EUR").text("it")
        '25,00\xa0€'
        >>> Amount(19500, "CNY").text("zh-Hans")
        '¥195.00'
        >>> Amount(2500, "EUR").text("ar"), Amount(2500, "CNY").text("ar")
        ('\u200f25.00\xa0€', '\u200f25.00\xa0CN¥\u200e')
        """
        return _together(
            format_currency(self.major, self.currency, locale=locale(language)), language
        )

    def short(self, language: str) -> str:
        r"""Write the amount where there is little room: without decimals that are nothing.

        >>> Amount(2500, "EUR").short("it"), Amount(1250, "EUR").short("it")
        ('25\xa0€', '12,50\xa0€')
        >>> Amount(19500, "CNY").short("zh-Hans")
        '¥195'
        """
        if self.major != self.major.to_integral_value():
            return self.text(language)
        spoken = Locale.parse(locale(language))
        pattern = spoken.currency_formats["standard"].pattern.replace(".00", "")
        text = format_currency(
            self.major, self.currency, pattern, locale=spoken, currency_digits=False
        )
        return _together(text, language)

    def rounded(self) -> "Amount":
        """Return the nearest whole amount, half up: enough for a price that is only about.

        >>> Amount(19850, "CNY").rounded(), Amount(2500, "JPY").rounded()
        (Amount(minor=19900, currency='CNY'), Amount(minor=2500, currency='JPY'))
        """
        whole = self.major.quantize(Decimal(1), ROUND_HALF_UP)
        return Amount(int(whole.scaleb(get_currency_precision(self.currency))), self.currency)


def _together(text: str, language: str) -> str:
    """Hold letters and sign of "CN¥" together: CLDR does so in Hebrew, not in Arabic."""
    apart = language == "ar" and any(each.isalpha() for each in text)
    return f"{text}\u200e" if apart else text
