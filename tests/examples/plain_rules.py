"""What the bundled pipelines ask of their rows, written a second time by hand for the plain reading."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Column:
    """What is asked of one column."""

    kind: str = "text"
    required: bool = False
    missing: tuple[str, ...] = ()
    minimum: float | None = None
    above: float | None = None
    maximum: float | None = None
    values: tuple[str, ...] = ()
    scale: int | None = None


@dataclass(frozen=True)
class Rules:
    """What is asked of one pipeline; the columns of `relations` are those of the relation."""

    columns: Mapping[str, Column]
    key: tuple[str, ...] = ()
    relations: Mapping[tuple[str, ...], Callable[..., bool]] = field(default_factory=dict)
    trimmed: tuple[str, ...] = ()


REGIONS = ("North America", "South America", "Europe", "Asia", "Africa", "Oceania")
PRICE = Column("number", required=True, minimum=0)

PIPELINES = {
    "smartphone_sales": Rules(
        {
            "order_id": Column(required=True),
            "date": Column("date", required=True),
            "model": Column(),
            "brand": Column(required=True),
            "release_year": Column(),
            "price": Column("number", required=True, above=0, maximum=10000, scale=2),
            "region": Column(required=True, values=REGIONS),
            "customer_review": Column(),
            "ram": Column("integer", missing=("N/A",), minimum=1, maximum=32),
            "storage": Column("integer", missing=("N/A",), above=0),
            "color": Column(),
        },
        key=("order_id",),
    ),
    "health_metrics": Rules(
        {
            "event_time": Column("timestamp", required=True),
            "user_id": Column(required=True),
            "heart_rate": Column("loose integer", required=True, minimum=50, maximum=180),
            "spo2": Column("loose integer", required=True, minimum=90, maximum=100),
            "steps": Column("loose integer", required=True, minimum=0, maximum=50000),
            "temp_c": Column("number", required=True, minimum=35.0, maximum=40.0),
            "systolic_bp": Column("loose integer", required=True, minimum=90, maximum=180),
            "diastolic_bp": Column("loose integer", required=True, minimum=60, maximum=120),
        },
        relations={("diastolic_bp", "systolic_bp"): lambda diastolic, systolic: diastolic <= systolic},
    ),
    "orders": Rules(
        {
            "order_id": Column(required=True),
            "customer_name": Column(required=True),
            "product_name": Column(required=True),
            "quantity": Column("integer", required=True, above=0),
            "unit_price": Column("number", required=True, above=0, scale=2),
        },
        key=("order_id",),
        trimmed=("customer_name", "product_name"),
    ),
    "stocks": Rules(
        {
            "symbol": Column(required=True),
            "interval": Column(),
            "datetime": Column("date", required=True),
            "open": PRICE,
            "high": PRICE,
            "low": PRICE,
            "close": PRICE,
            "volume": Column("integer", required=True, minimum=0),
        },
        key=("symbol", "datetime"),
        relations={
            ("low", "open", "high"): lambda low, opened, high: low <= opened <= high,
            ("low", "close", "high"): lambda low, close, high: low <= close <= high,
        },
    ),
}
