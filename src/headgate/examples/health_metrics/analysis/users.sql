-- title: Per user, those with the most abnormal readings first
-- unit: mean_spo2=% min_spo2=% mean_temp_c=°C max_temp_c=°C mean_systolic_bp=mmHg mean_diastolic_bp=mmHg
WITH reading AS (
    SELECT
        *,
        -- How many lie outside the limits; the two pressures are one measure, from one cuff.
        CASE WHEN heart_rate < 60 OR heart_rate > 160 THEN 1 ELSE 0 END
        + CASE WHEN spo2 < 92 THEN 1 ELSE 0 END
        + CASE WHEN temp_c > 38.0 THEN 1 ELSE 0 END
        + CASE WHEN systolic_bp > 140 OR diastolic_bp > 90 THEN 1 ELSE 0 END AS measures
    FROM accepted
)
SELECT
    user_id,
    count(*) AS readings,
    count(*) FILTER (WHERE measures > 0) AS abnormal,
    count(*) FILTER (WHERE measures > 1) AS several_at_once,
    -- By these somebody who may see ids finds the user in the file.
    min(event_time) FILTER (WHERE measures > 0) AS first_abnormal,
    min(event_time) FILTER (WHERE measures > 1) AS first_several,
    avg(heart_rate) AS mean_heart_rate,
    min(heart_rate) AS min_heart_rate,
    max(heart_rate) AS max_heart_rate,
    avg(spo2) AS mean_spo2,
    min(spo2) AS min_spo2,
    avg(steps) AS mean_steps,
    -- Of decimals the mean is the same in whatever order the rows come.
    avg(CAST(temp_c AS DECIMAL(18, 12))) AS mean_temp_c,
    max(temp_c) AS max_temp_c,
    avg(systolic_bp) AS mean_systolic_bp,
    avg(diastolic_bp) AS mean_diastolic_bp
FROM reading
GROUP BY user_id
ORDER BY abnormal DESC, readings DESC, user_id
LIMIT 50
