-- Subqueries over both sides in the condition of an outer join.
create table t (id int primary key, a int, b text);
insert into t values (1,10,'x'),(2,20,'y'),(3,30,'z'),(5,null,null);
create table u (id int primary key, v int);
insert into u values (1,100),(2,200),(4,400);
select t.*, u.* from t full join u on t.id = u.id and exists (select 1 from u u2 where u2.id = t.id and u2.v > u.v - 50) order by 1, 4;
select t.*, u.* from t full join u on t.id = u.id and exists (select 1 from u u2 where u2.id = t.id and u2.v > u.v + 50) order by 1, 4;
-- differs: PostgreSQL knows FULL JOIN only with conditions that can be hashed or merged
select t.id, u.id from t full join u on t.id < (select max(u2.id) from u u2 where u2.v <= u.v and u2.id <> t.id) order by 1, 2;
-- differs: PostgreSQL knows FULL JOIN only with conditions that can be hashed or merged
select t.id, u.id from t full join u on (select t.a + u.v > 115) order by 1, 2;
select t.id, u.id from t right join u on t.id in (select u.id union select u.id - 1) order by 1, 2;
select t.id, u.id from t left join u on t.id = any (select u.id + g from generate_series(0, 1) g) order by 1, 2;
-- differs: PostgreSQL knows FULL JOIN only with conditions that can be hashed or merged
select t.id, u.id from t full join u on not exists (select 1 where t.id = u.id) order by 1, 2;
-- differs: PostgreSQL knows FULL JOIN only with conditions that can be hashed or merged
select t.id, u.id from (select * from t where false) t full join u on exists (select t.id = u.id) order by 1, 2;
-- differs: PostgreSQL knows FULL JOIN only with conditions that can be hashed or merged
select t.id, u.id from t full join (select * from u where false) u on exists (select t.id = u.id) order by 1, 2;
-- differs: PostgreSQL knows FULL JOIN only with conditions that can be hashed or merged
select x.id, y.id from (t full join u on exists (select t.id where t.id = u.id)) as x(id, a, b, uid, v) full join u y on (select x.v = y.v) order by 1, 2;
select t.id, u.id from t full join u on t.id = u.id and (select count(*) from t t2 where t2.id <= u.id and t2.id >= t.id) = 1 where t.id is null or u.id is null order by 1, 2;
-- differs: PostgreSQL knows FULL JOIN only with conditions that can be hashed or merged
select o.id, (select count(*) from t full join u on exists (select 1 where t.id = u.id and u.id = o.id)) from t o order by 1;
-- Subqueries over both sides in one condition.
create table side_rows (i int);
insert into side_rows values (1), (2), (3), (null);
SELECT * FROM side_rows s1 LEFT OUTER JOIN side_rows s2 ON (SELECT 2*SUM(i)*s1.i FROM side_rows)=(SELECT SUM(i)*s2.i FROM side_rows) ORDER BY s1.i, s2.i;
SELECT * FROM side_rows s1 LEFT JOIN side_rows s2 ON (SELECT max(i)*s1.i FROM side_rows)=(select max(i)*s2.i from side_rows) ORDER BY s1.i, s2.i;
SELECT * FROM side_rows s1 LEFT JOIN side_rows s2 ON (SELECT s1.i)=(select s2.i) ORDER BY s1.i, s2.i;
SELECT * FROM side_rows s1 LEFT JOIN side_rows s2 ON (SELECT s1.i+count(*) from side_rows)=s2.i + 4 ORDER BY s1.i, s2.i;
SELECT * FROM side_rows s1 LEFT JOIN side_rows s2 ON s1.i + 4 = (SELECT s2.i+count(*) from side_rows) ORDER BY s1.i, s2.i;
SELECT * FROM side_rows s1 RIGHT JOIN side_rows s2 ON (select s1.i + count(*) from side_rows) = (SELECT s2.i+count(*) from side_rows) ORDER BY s1.i, s2.i;
SELECT * FROM side_rows s1 LEFT JOIN side_rows s2 ON (select s1.i + x.i from side_rows x where x.i = 1) = (SELECT s2.i+x.i from side_rows x where x.i = 1) ORDER BY s1.i, s2.i;
SELECT * FROM side_rows s1 LEFT JOIN side_rows s2 ON s1.i in (select x.i from side_rows x) and s2.i in (select x.i - 1 from side_rows x) ORDER BY s1.i, s2.i;
SELECT * FROM side_rows s1 LEFT JOIN side_rows s2 ON exists (select from side_rows x where x.i = s1.i + 1) = exists (select from side_rows x where x.i = s2.i - 1) ORDER BY s1.i, s2.i;
SELECT * FROM side_rows s1 LEFT JOIN side_rows s2 ON (select s1.i + x.i from side_rows x where x.i = 1) = case when s2.i > 1 then (SELECT s2.i+x.i from side_rows x where x.i = 1) else 2 end ORDER BY s1.i, s2.i;
SELECT * FROM side_rows s1 LEFT JOIN side_rows s2 ON (select s1.i + x.i from side_rows x where x.i = 1) = (SELECT s2.i+x.i from side_rows x where x.i = s1.i) ORDER BY s1.i, s2.i;
SELECT * FROM side_rows s1 LEFT JOIN side_rows s2 ON (select s1.i + x.i from side_rows x where x.i = 1) + s2.i = (SELECT max(x.i) from side_rows x) ORDER BY s1.i, s2.i;
SELECT * FROM side_rows s1 LEFT JOIN (side_rows s2 left join side_rows s3 on (select s2.i + 1 from side_rows x limit 1) = (select s3.i + count(*) - 4 from side_rows)) ON (select s1.i + x.i from side_rows x where x.i = 1) = (SELECT s3.i+x.i from side_rows x where x.i = 1) ORDER BY s1.i, s2.i;
select x1.i, x2.i from side_rows x1 right join side_rows x2 on x2.i >= all (select x3.i from side_rows x3 where x3.i < 3) and (x1.i > 2 or (select x2.i) >= 3) order by 1, 2;
select x1.i, x2.i from side_rows x2 left join side_rows x1 on x2.i > all (select 1 from side_rows) and (x1.i > 0 or (select x2.i) >= 0) order by 1, 2;
select x1.i, x2.i from side_rows x2 left join side_rows x1 on x2.i in (select i from side_rows) and x1.i in (select i + 1 from side_rows) and (select x2.i) < x1.i order by 1, 2;
