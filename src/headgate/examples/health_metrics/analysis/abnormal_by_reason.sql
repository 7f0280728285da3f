-- title: What was abnormal
-- chart: bar x=reason y=readings
-- unit: percent_of_readings=%
WITH flagged AS (
    SELECT 1 AS place, 'heart rate below 60' AS reason, user_id, heart_rate < 60 AS is_so FROM accepted
    UNION ALL
    SELECT 2, 'heart rate above 160', user_id, heart_rate > 160 FROM accepted
    UNION ALL
    SELECT 3, 'SpO2 below 92', user_id, spo2 < 92 FROM accepted
    UNION ALL
    SELECT 4, 'temperature above 38.0', user_id, temp_c > 38.0 FROM accepted
    UNION ALL
    SELECT 5, 'systolic pressure above 140', user_id, systolic_bp > 140 FROM accepted
    UNION ALL
    SELECT 6, 'diastolic pressure above 90', user_id, diastolic_bp > 90 FROM accepted
)
SELECT
    reason,
    -- A reading may have several reasons, so these add up to more than the abnormal readings.
    count(*) FILTER (WHERE is_so) AS readings,
    100.0 * count(*) FILTER (WHERE is_so) / count(*) AS percent_of_readings,
    count(DISTINCT user_id) FILTER (WHERE is_so) AS users
FROM flagged
GROUP BY place, reason
ORDER BY place
