-- title: How fast hearts beat
-- chart: bar x=from_rate y=readings
-- unit: percent_of_readings=%
WITH counted AS (
    SELECT heart_rate // 10 * 10 AS from_rate, count(*) AS readings
    FROM accepted
    GROUP BY from_rate
),
-- Those between, which hold none, too: a gap is to be seen.
brackets AS (
    SELECT unnest(range(min(from_rate), max(from_rate) + 1, 10)) AS from_rate
    FROM counted
)
SELECT
    from_rate,
    coalesce(readings, 0) AS readings,
    100.0 * coalesce(readings, 0) / (SELECT count(*) FROM accepted) AS percent_of_readings
FROM brackets
LEFT JOIN counted USING (from_rate)
ORDER BY from_rate
