-- title: How the market moved, day by day
-- chart: bar x=datetime y=median_change
-- unit: median_change=%
WITH days AS (
    SELECT datetime, lag(datetime) OVER (ORDER BY datetime) AS day_before
    FROM (SELECT DISTINCT datetime FROM accepted)
),
beside AS (
    SELECT
        *,
        lag(datetime) OVER stock AS previous_day,
        lag(close) OVER stock AS close_before
    FROM accepted
    WINDOW stock AS (PARTITION BY symbol ORDER BY datetime)
),
bars AS (
    SELECT
        *,
        -- The change since an earlier day than the one before is no change of this day.
        CASE WHEN previous_day = day_before THEN close_before END AS previous_close
    FROM beside
    JOIN days USING (datetime)
)
SELECT
    datetime,
    count(*) AS symbols,
    count(*) FILTER (WHERE close > previous_close) AS rising,
    count(*) FILTER (WHERE close < previous_close) AS falling,
    -- The median: one wrong price of one symbol must not make a day the best of all.
    CASE
        WHEN 2 * count(previous_close) >= count(*)
            THEN median(100 * (close - previous_close) / nullif(previous_close, 0))
    END AS median_change,
    sum(volume) AS volume
FROM bars
GROUP BY datetime
-- A day on which fewer than half of the symbols have a bar says nothing of the market.
HAVING 2 * count(*) >= (SELECT count(DISTINCT symbol) FROM accepted)
-- The last twenty, in their order.
QUALIFY row_number() OVER (ORDER BY datetime DESC) <= 20
ORDER BY datetime
