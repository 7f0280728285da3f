-- title: Far more shares traded than usual
-- severity: warning
WITH bars AS (
    SELECT
        symbol,
        datetime,
        volume,
        avg(volume) OVER (PARTITION BY symbol) AS mean_volume,
        row_number() OVER (PARTITION BY symbol ORDER BY datetime DESC) AS bar
    FROM accepted
),
latest AS (
    SELECT symbol, datetime, volume, mean_volume, volume / nullif(mean_volume, 0) AS times_usual
    FROM bars
    -- Only the market's latest day is news: a file repeats the days before it, and the bars of a stock may end earlier.
    WHERE bar = 1 AND datetime = (SELECT max(datetime) FROM accepted)
)
SELECT
    concat(
        symbol, ' traded ', CAST(CAST(times_usual AS DECIMAL(18, 2)) AS VARCHAR), ' times its mean volume'
    ) AS message,
    format('up to {:,} shares', CAST(round(1.5 * mean_volume) AS HUGEINT)) AS expected,
    format('{:,} shares', volume) AS observed,
    symbol,
    datetime,
    volume,
    mean_volume,
    times_usual
FROM latest
-- Rounded, so that exactly one and a half times is not more.
WHERE round(times_usual, 9) > 1.5
ORDER BY times_usual DESC, symbol
