-- title: What was ordered
SELECT
    count(*) AS orders,
    count(DISTINCT customer_name) AS customers,
    count(DISTINCT product_name) AS products,
    sum(quantity) AS items,
    sum(total_amount) AS revenue,
    avg(total_amount) AS mean_order,
    median(CAST(total_amount AS DOUBLE)) AS median_order,
    max(total_amount) AS largest_order
FROM accepted
