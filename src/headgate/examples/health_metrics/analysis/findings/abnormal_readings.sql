-- title: Readings that are possible but unusual
WITH reading AS (
    SELECT
        *,
        CASE
            WHEN heart_rate < 60 THEN 'heart rate below 60'
            WHEN heart_rate > 160 THEN 'heart rate above 160'
        END AS heart,
        CASE WHEN spo2 < 92 THEN 'SpO2 below 92' END AS oxygen,
        CASE WHEN temp_c > 38.0 THEN 'temperature above 38.0' END AS fever,
        CASE WHEN systolic_bp > 140 THEN 'systolic pressure above 140' END AS systolic,
        CASE WHEN diastolic_bp > 90 THEN 'diastolic pressure above 90' END AS diastolic
    FROM accepted
),
flagged AS (
    SELECT
        *,
        concat_ws('; ', heart, oxygen, fever, systolic, diastolic) AS reasons,
        -- The two pressures are one measure, from one cuff.
        CASE WHEN heart IS NULL THEN 0 ELSE 1 END
        + CASE WHEN oxygen IS NULL THEN 0 ELSE 1 END
        + CASE WHEN fever IS NULL THEN 0 ELSE 1 END
        + CASE WHEN coalesce(systolic, diastolic) IS NULL THEN 0 ELSE 1 END AS measures
    FROM reading
)
SELECT
    -- One measure alone may be a loose sensor.
    CASE WHEN measures > 1 THEN 'critical' ELSE 'warning' END AS severity,
    concat('Abnormal reading: ', reasons) AS message,
    concat_ws(
        '; ',
        CASE WHEN heart IS NOT NULL THEN 'heart rate 60 to 160' END,
        CASE WHEN oxygen IS NOT NULL THEN 'SpO2 92 or more' END,
        CASE WHEN fever IS NOT NULL THEN 'temperature up to 38.0' END,
        CASE WHEN systolic IS NOT NULL OR diastolic IS NOT NULL THEN 'pressure up to 140/90' END
    ) AS expected,
    concat_ws(
        '; ',
        CASE WHEN heart IS NOT NULL THEN concat('heart rate ', CAST(heart_rate AS VARCHAR)) END,
        CASE WHEN oxygen IS NOT NULL THEN concat('SpO2 ', CAST(spo2 AS VARCHAR)) END,
        CASE WHEN fever IS NOT NULL THEN concat('temperature ', CAST(temp_c AS VARCHAR)) END,
        CASE
            WHEN systolic IS NOT NULL OR diastolic IS NOT NULL
                THEN concat('pressure ', CAST(systolic_bp AS VARCHAR), '/', CAST(diastolic_bp AS VARCHAR))
        END
    ) AS observed,
    event_time,
    user_id,
    heart_rate,
    spo2,
    temp_c,
    systolic_bp,
    diastolic_bp,
    reasons
FROM flagged
WHERE measures > 0
ORDER BY measures DESC, event_time, user_id
