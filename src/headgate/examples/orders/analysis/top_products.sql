-- title: The products that bring in most
-- chart: bar x=product_name y=revenue
-- unit: percent_of_revenue=%
SELECT
    product_name,
    count(*) AS orders,
    sum(quantity) AS items,
    sum(total_amount) AS revenue,
    100.0 * sum(total_amount) / (SELECT sum(total_amount) FROM accepted) AS percent_of_revenue,
    sum(total_amount) / sum(quantity) AS mean_unit_price
FROM accepted
GROUP BY product_name
ORDER BY revenue DESC, orders DESC, product_name
LIMIT 10
