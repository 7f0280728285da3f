-- title: How happy buyers are, by model
-- unit: percent_happy=% percent_unhappy=%
WITH sale AS (
    SELECT brand, model, customer_review, CAST(sentiment(customer_review) AS DECIMAL(5, 4)) AS satisfaction
    FROM accepted
    WHERE model IS NOT NULL
)
SELECT
    brand,
    model,
    count(*) AS orders,
    count(customer_review) AS reviews,
    avg(satisfaction) AS satisfaction,
    100.0 * count(*) FILTER (WHERE satisfaction >= 0.05) / nullif(count(satisfaction), 0) AS percent_happy,
    100.0 * count(*) FILTER (WHERE satisfaction <= -0.05) / nullif(count(satisfaction), 0) AS percent_unhappy
FROM sale
GROUP BY brand, model
QUALIFY row_number() OVER (ORDER BY count(sale.customer_review) DESC, brand, model) <= 20
ORDER BY avg(sale.satisfaction) DESC NULLS LAST, reviews DESC, brand, model
