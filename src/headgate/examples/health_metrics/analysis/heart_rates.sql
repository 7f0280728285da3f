-- title: How fast hearts beat
-- chart: bar x=from_rate y=readings
-- unit: percent_of_readings=%
SELECT
    heart_rate // 10 * 10 AS from_rate,
    count(*) AS readings,
    100.0 * count(*) / (SELECT count(*) FROM accepted) AS percent_of_readings
FROM accepted
GROUP BY from_rate
ORDER BY from_rate
