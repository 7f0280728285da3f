-- title: The market as a whole
-- unit: top_gainer_change=% top_loser_change=% percent_with_findings=%
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
        CASE WHEN count(*) >= 5 THEN stddev_samp(close) FILTER (WHERE bar <= 5) END AS volatility,
        max(volume) FILTER (WHERE bar = 1) / nullif(avg(volume), 0) AS times_usual,
        avg(volume) AS mean_volume,
        avg(close) FILTER (WHERE bar BETWEEN 2 AND 6) AS mean_before,
        stddev_samp(close) FILTER (WHERE bar BETWEEN 2 AND 6) AS deviation_before,
        count(*) AS bars
    FROM bars
    GROUP BY symbol
),
-- A stock whose bars end earlier says nothing of the market on its latest day.
measured AS (
    SELECT
        *,
        latest_close - close_four_before AS momentum,
        100 * (latest_close - previous_close) / nullif(previous_close, 0) AS percent_change
    FROM symbols
    WHERE latest_day = (SELECT max(datetime) FROM accepted)
),
flagged AS (
    SELECT
        *,
        -- The three rules of findings/ that judge the latest day; each says there why it is so.
        coalesce(round(times_usual, 9) > 1.5, false)
        OR coalesce(round(abs(percent_change), 9) > 5, false)
        OR coalesce(bars >= 6 AND latest_close > mean_before + 2 * deviation_before + 1e-9 * mean_before, false)
            AS has_finding,
        row_number() OVER (ORDER BY momentum DESC NULLS LAST, symbol) AS by_momentum,
        row_number() OVER (ORDER BY percent_change DESC NULLS LAST, symbol) AS by_gain,
        row_number() OVER (ORDER BY percent_change NULLS LAST, symbol) AS by_loss,
        -- Rounded, so that equal ones are equal whatever the order of their days.
        row_number() OVER (ORDER BY round(volatility, 9) DESC NULLS LAST, symbol) AS by_volatility
    FROM measured
)
SELECT
    (SELECT count(*) FROM symbols) AS symbols,
    count(*) AS symbols_on_latest_day,
    max(latest_day) AS latest_day,
    (SELECT avg(mean_volume) FROM symbols) AS mean_volume,
    max(symbol) FILTER (WHERE by_momentum = 1 AND momentum IS NOT NULL) AS largest_momentum,
    max(momentum) AS largest_momentum_value,
    -- Where all fall, none is a gainer.
    max(symbol) FILTER (WHERE by_gain = 1 AND percent_change > 0) AS top_gainer,
    max(percent_change) FILTER (WHERE percent_change > 0) AS top_gainer_change,
    max(symbol) FILTER (WHERE by_loss = 1 AND percent_change < 0) AS top_loser,
    min(percent_change) FILTER (WHERE percent_change < 0) AS top_loser_change,
    max(symbol) FILTER (WHERE by_volatility = 1 AND volatility IS NOT NULL) AS highest_volatility,
    max(volatility) AS highest_volatility_value,
    count(*) FILTER (WHERE latest_close > previous_close) AS rising,
    count(*) FILTER (WHERE latest_close < previous_close) AS falling,
    count(*) FILTER (WHERE has_finding) AS symbols_with_findings,
    100.0 * count(*) FILTER (WHERE has_finding) / nullif(count(*), 0) AS percent_with_findings,
    CASE
        WHEN count(*) = 0 THEN NULL
        WHEN 2 * count(*) FILTER (WHERE has_finding) > count(*) THEN 'high'
        ELSE 'moderate'
    END AS turbulence,
    -- A majority is more than half of the stocks that have a day before.
    CASE
        WHEN count(previous_close) = 0 THEN NULL
        WHEN 2 * count(*) FILTER (WHERE latest_close > previous_close) > count(previous_close) THEN 'bullish'
        WHEN 2 * count(*) FILTER (WHERE latest_close < previous_close) > count(previous_close) THEN 'bearish'
        ELSE 'stable'
    END AS majority_trend
FROM flagged
