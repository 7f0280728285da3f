-- title: How the market moved, day by day
-- chart: bar x=datetime y=median_change
-- unit: median_change=%
WITH bars AS (
    SELECT
        symbol,
        datetime,
        close,
        volume,
        lag(close) OVER (PARTITION BY symbol ORDER BY datetime) AS previous_close
    FROM accepted
)
SELECT
    datetime,
    count(*) AS symbols,
    count(*) FILTER (WHERE close > previous_close) AS rising,
    count(*) FILTER (WHERE close < previous_close) AS falling,
    -- The median: one wrong price of one symbol must not make a day the best of all.
    median(100 * (close - previous_close) / nullif(previous_close, 0)) AS median_change,
    sum(volume) AS volume
FROM bars
GROUP BY datetime
-- A day on which fewer than half of the symbols have a bar says nothing of the market.
HAVING 2 * count(*) >= (SELECT count(DISTINCT symbol) FROM accepted)
-- The last twenty, in their order.
QUALIFY row_number() OVER (ORDER BY datetime DESC) <= 20
ORDER BY datetime
