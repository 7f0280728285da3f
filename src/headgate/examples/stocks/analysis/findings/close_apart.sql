-- title: A close far from those of the days beside it
-- severity: warning
WITH bars AS (
    SELECT
        symbol,
        datetime,
        close,
        lag(close) OVER days AS close_before,
        lead(close) OVER days AS close_after,
        dense_rank() OVER (ORDER BY datetime DESC) AS day
    FROM accepted
    WINDOW days AS (PARTITION BY symbol ORDER BY datetime)
)
SELECT
    concat(
        symbol, ' closed at ', format('{:,.2f}', CAST(close AS DOUBLE)),
        ', more than a tenth away from the closes before and after: a price to check at its source'
    ) AS message,
    concat(
        'near ', format('{:,.2f}', CAST(close_before AS DOUBLE)), ' and ', format('{:,.2f}', CAST(close_after AS DOUBLE))
    ) AS expected,
    format('{:,.2f}', CAST(close AS DOUBLE)) AS observed,
    symbol,
    datetime,
    close,
    close_before,
    close_after
FROM bars
-- A file repeats the days before it: what is older than thirty days of trading, earlier files have told.
WHERE
    day <= 30
    AND (
        (close < 0.9 * close_before AND close < 0.9 * close_after)
        OR (close > 1.1 * close_before AND close > 1.1 * close_after)
    )
ORDER BY datetime DESC, symbol
