-- title: Per user, those with the most abnormal readings first
-- unit: mean_spo2=% min_spo2=% mean_temp_c=°C max_temp_c=°C mean_systolic_bp=mmHg mean_diastolic_bp=mmHg
SELECT
    user_id,
    count(*) AS readings,
    count(*) FILTER (
        WHERE heart_rate < 60 OR heart_rate > 160 OR spo2 < 92 OR temp_c > 38.0
            OR systolic_bp > 140 OR diastolic_bp > 90
    ) AS abnormal,
    -- By it somebody who may see ids finds the user in the file.
    min(event_time) FILTER (
        WHERE heart_rate < 60 OR heart_rate > 160 OR spo2 < 92 OR temp_c > 38.0
            OR systolic_bp > 140 OR diastolic_bp > 90
    ) AS first_abnormal,
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
FROM accepted
GROUP BY user_id
ORDER BY abnormal DESC, readings DESC, user_id
LIMIT 50
