-- title: The most popular models
-- chart: bar x=phone y=orders
-- unit: percent_of_orders=% revenue=USD
SELECT
    brand,
    model,
    -- A model alone can be called `11`.
    concat(brand, ' ', model) AS phone,
    count(*) AS orders,
    100.0 * count(*) / (SELECT count(*) FROM accepted) AS percent_of_orders,
    sum(price) AS revenue
FROM accepted
WHERE model IS NOT NULL
GROUP BY brand, model
ORDER BY orders DESC, revenue DESC, brand, model
LIMIT 10
