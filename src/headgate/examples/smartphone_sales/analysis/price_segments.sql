-- title: Budget, mid-range and flagship
-- chart: bar x=segment y=revenue
-- unit: percent_of_orders=% revenue=USD percent_of_revenue=% mean_price=USD
WITH sale AS (
    SELECT
        CASE WHEN price < 500 THEN 'Budget' WHEN price <= 1000 THEN 'Mid-range' ELSE 'Flagship' END AS segment,
        price,
        customer_review,
        CAST(sentiment(customer_review) AS DECIMAL(5, 4)) AS satisfaction
    FROM accepted
)
SELECT
    segment,
    count(*) AS orders,
    100.0 * count(*) / sum(count(*)) OVER () AS percent_of_orders,
    sum(price) AS revenue,
    100.0 * sum(price) / sum(sum(price)) OVER () AS percent_of_revenue,
    avg(price) AS mean_price,
    count(customer_review) AS reviews,
    avg(satisfaction) AS satisfaction
FROM sale
GROUP BY segment
-- The limits keep the segments apart, so this is Budget, Mid-range, Flagship.
ORDER BY mean_price
