-- title: Reviews of one model that use the same words
-- severity: warning
WITH said AS (
    SELECT
        brand,
        model,
        customer_review,
        count(*) AS same,
        min(order_id) AS first_order,
        min(date) AS first_day,
        max(date) AS last_day
    FROM accepted
    WHERE model IS NOT NULL AND customer_review IS NOT NULL
    GROUP BY brand, model, customer_review
),
held AS (
    SELECT *, CAST(sum(same) OVER (PARTITION BY brand, model) AS BIGINT) AS reviews
    FROM said
)
SELECT
    concat(
        CAST(same AS VARCHAR), ' of ', CAST(reviews AS VARCHAR), ' reviews of ', brand, ' ', model,
        ' use the same words'
    ) AS message,
    'a quarter of them at most' AS expected,
    concat(CAST(same AS VARCHAR), ' of ', CAST(reviews AS VARCHAR)) AS observed,
    brand,
    model,
    same,
    reviews,
    -- Enough to find the review; its words are a stranger's and stay out.
    first_order,
    first_day,
    last_day
FROM held
-- Many people write `Good phone.` without having copied it.
WHERE same >= 5 AND 4 * same > reviews AND length(customer_review) >= 20
ORDER BY same DESC, brand, model, first_order
