-- title: The customers who buy most
-- unit: percent_of_revenue=%
SELECT
    customer_name,
    count(*) AS orders,
    sum(quantity) AS items,
    sum(total_amount) AS revenue,
    100.0 * sum(total_amount) / (SELECT sum(total_amount) FROM accepted) AS percent_of_revenue
FROM accepted
GROUP BY customer_name
ORDER BY revenue DESC, orders DESC, customer_name
LIMIT 10
