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
