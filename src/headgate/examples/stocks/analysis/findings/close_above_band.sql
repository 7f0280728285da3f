-- title: A close far above the five before it
-- severity: info
WITH bars AS (
    SELECT symbol, datetime, close, row_number() OVER (PARTITION BY symbol ORDER BY datetime DESC) AS bar
    FROM accepted
),
symbols AS (
    SELECT
        symbol,
        max(datetime) AS datetime,
        max(close) FILTER (WHERE bar = 1) AS close,
        -- The five closes BEFORE the latest. Among its own five it could never be two deviations above the mean:
        -- the most that one of five values can be is 4 / sqrt(5) = 1.79 sample deviations.
        avg(close) FILTER (WHERE bar > 1) AS mean_before,
        stddev_samp(close) FILTER (WHERE bar > 1) AS deviation_before
    FROM bars
    WHERE bar <= 6
    GROUP BY symbol
    -- Only the market's latest day is news: the bars of a stock may end earlier.
    HAVING count(*) = 6 AND max(datetime) = (SELECT max(datetime) FROM accepted)
)
SELECT
    concat(
        symbol, ' closed at ', format('{:,.2f}', CAST(close AS DOUBLE)), ', far above its five closes before'
    ) AS message,
    concat('up to ', CAST(round(mean_before + 2 * deviation_before, 2) AS VARCHAR)) AS expected,
    format('{:,.2f}', CAST(close AS DOUBLE)) AS observed,
    symbol,
    datetime,
    close,
    mean_before,
    deviation_before
FROM symbols
-- After five equal closes any rise counts; a billionth of the price is none, only the mean's rounding.
WHERE close > mean_before + 2 * deviation_before + 1e-9 * mean_before
ORDER BY (close - mean_before) / nullif(mean_before, 0) DESC NULLS LAST, symbol
