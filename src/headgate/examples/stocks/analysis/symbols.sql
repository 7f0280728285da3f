-- title: Each stock on its latest day
-- chart: bar x=symbol y=percent_change
-- unit: percent_change=%
WITH bars AS (
    SELECT symbol, datetime, close, volume, row_number() OVER (PARTITION BY symbol ORDER BY datetime DESC) AS bar
    FROM accepted
),
symbols AS (
    SELECT
        symbol,
        max(datetime) AS latest_day,
        max(close) FILTER (WHERE bar = 1) AS latest_close,
        max(close) FILTER (WHERE bar = 2) AS previous_close,
        max(close) FILTER (WHERE bar = 5) AS close_four_before,
        stddev_samp(close) FILTER (WHERE bar <= 5) AS deviation,
        count(*) AS bars,
        avg(volume) AS mean_volume
    FROM bars
    GROUP BY symbol
)
SELECT
    symbol,
    latest_close,
    -- Without a bar before there is no trend, not a flat one; so with momentum and volatility.
    CASE
        WHEN latest_close > previous_close THEN 'up'
        WHEN latest_close < previous_close THEN 'down'
        WHEN latest_close = previous_close THEN 'flat'
    END AS trend,
    latest_close - close_four_before AS momentum,
    CASE WHEN bars >= 5 THEN deviation END AS volatility,
    100 * (latest_close - previous_close) / nullif(previous_close, 0) AS percent_change,
    mean_volume,
    latest_day
FROM symbols
-- Of many symbols the ones most traded.
QUALIFY row_number() OVER (ORDER BY mean_volume DESC, symbol) <= 50
ORDER BY symbol
