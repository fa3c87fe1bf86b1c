-- COMMUTATOR, NEGATOR, RESTRICT and JOIN of operators are kept and shown; dumps repeat them.
create schema ops;
set search_path = ops, public;
create function lt(text, text) returns bool language sql immutable as 'select lower($1) < lower($2)';
create function gt(text, text) returns bool language sql immutable as 'select lower($1) > lower($2)';
create operator >>> (leftarg = text, rightarg = text, function = gt);
create operator >== (leftarg = text, rightarg = text, function = gt);
create operator <<< (leftarg = text, rightarg = text, function = lt, commutator = >>>, negator = operator(ops.>==), restrict = scalarltsel, join = scalarltjoinsel);
-- an operator may be its own commutator, not its own negator
create operator === (leftarg = text, rightarg = text, function = lt, commutator = ===, negator = ===);
create operator === (leftarg = text, rightarg = text, function = lt, commutator = operator(ops.===));
create operator !== (leftarg = text, rightarg = text, function = lt, negator = ===, restrict = nosel);
create operator !== (leftarg = text, rightarg = text, function = lt, commutator = !==, negator = ===, restrict = neqsel, join = neqjoinsel);
select oprname, oprcom::regoperator, oprnegate::regoperator, oprrest, oprjoin from pg_operator where oprnamespace = 'ops'::regnamespace order by oprname;
-- two that name each other
create operator @<@ (leftarg = int, rightarg = text, function = repeat, commutator = @>@);
create function turned(text, int) returns text language sql as 'select $1';
create function turned(int, text) returns text language sql as 'select $2';
create operator @<@ (leftarg = int, rightarg = text, function = turned, commutator = @>@);
create operator @>@ (leftarg = text, rightarg = int, function = turned, commutator = @<@);
select oprname, oprcom::regoperator from pg_operator where oprname in ('@<@', '@>@') order by oprname;
-- links follow, and end
create schema ops2;
alter operator === (text, text) set schema ops2;
select oprname, oprcom::regoperator, oprnegate::regoperator from pg_operator where oprname in ('===', '!==') order by oprname;
drop operator ops2.=== (text, text);
select oprname, oprcom::regoperator, oprnegate::regoperator from pg_operator where oprname in ('===', '!==') order by oprname;
-- no operator is 0
select 0::regoper, 0::regoperator, regoperout(0), regoperatorout(0), '0'::regoperator::oid;
select '-'::regoper;
