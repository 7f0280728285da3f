-- title: How happy buyers are, by brand
-- chart: bar x=brand y=satisfaction
-- unit: percent_happy=% percent_unhappy=%
WITH sale AS (
    SELECT brand, customer_review, CAST(sentiment(customer_review) AS DECIMAL(5, 4)) AS satisfaction
    FROM accepted
)
SELECT
    brand,
    count(*) AS orders,
    count(customer_review) AS reviews,
    avg(satisfaction) AS satisfaction,
    100.0 * count(*) FILTER (WHERE satisfaction >= 0.05) / nullif(count(satisfaction), 0) AS percent_happy,
    100.0 * count(*) FILTER (WHERE satisfaction <= -0.05) / nullif(count(satisfaction), 0) AS percent_unhappy
FROM sale
GROUP BY brand
-- Of many brands the ones most written about, whatever was written.
QUALIFY row_number() OVER (ORDER BY count(sale.customer_review) DESC, brand) <= 15
ORDER BY avg(sale.satisfaction) DESC NULLS LAST, reviews DESC, brand
