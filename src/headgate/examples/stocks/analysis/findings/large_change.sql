-- title: A change of more than five percent in a day
-- unit: percent_change=%
WITH bars AS (
    SELECT
        symbol,
        datetime,
        close,
        lag(close) OVER (PARTITION BY symbol ORDER BY datetime) AS previous_close,
        row_number() OVER (PARTITION BY symbol ORDER BY datetime DESC) AS bar
    FROM accepted
),
latest AS (
    SELECT *, 100 * (close - previous_close) / nullif(previous_close, 0) AS percent_change
    FROM bars
    -- Only the market's latest day is news: the bars of a stock may end earlier.
    WHERE bar = 1 AND datetime = (SELECT max(datetime) FROM accepted)
)
SELECT
    CASE WHEN abs(percent_change) > 10 THEN 'critical' ELSE 'warning' END AS severity,
    concat(
        symbol, CASE WHEN percent_change > 0 THEN ' rose by ' ELSE ' fell by ' END,
        CAST(round(abs(percent_change), 2) AS VARCHAR), ' %'
    ) AS message,
    'within 5 % of the close before' AS expected,
    concat(CAST(round(percent_change, 2) AS VARCHAR), ' %') AS observed,
    symbol,
    datetime,
    close,
    previous_close,
    percent_change
FROM latest
-- Rounded, so that 2.00 to 2.10 is five percent and not more.
WHERE round(abs(percent_change), 9) > 5
ORDER BY abs(percent_change) DESC, symbol
