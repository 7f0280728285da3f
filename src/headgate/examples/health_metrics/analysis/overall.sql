-- title: All readings together
-- unit: mean_spo2=% min_spo2=% mean_temp_c=°C max_temp_c=°C percent_abnormal=%
-- unit: mean_systolic_bp=mmHg mean_diastolic_bp=mmHg
WITH reading AS (
    SELECT
        *,
        heart_rate < 60 OR heart_rate > 160 OR spo2 < 92 OR temp_c > 38.0 OR systolic_bp > 140 OR diastolic_bp > 90
            AS is_abnormal
    FROM accepted
)
SELECT
    count(*) AS readings,
    count(DISTINCT user_id) AS users,
    min(event_time) AS first_reading,
    max(event_time) AS last_reading,
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
    avg(diastolic_bp) AS mean_diastolic_bp,
    count(*) FILTER (WHERE is_abnormal) AS abnormal,
    100.0 * count(*) FILTER (WHERE is_abnormal) / nullif(count(*), 0) AS percent_abnormal,
    count(DISTINCT user_id) FILTER (WHERE is_abnormal) AS users_with_abnormal
FROM reading
