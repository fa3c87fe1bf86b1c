# ruby-pg (libpq): prints what it sees, the same against every PostgreSQL.
require "pg"

connection = PG.connect
connection.exec("set timezone to 'UTC'")
connection.set_notice_processor { |message| puts "notice: #{message}" }
connection.exec("drop table if exists ruby_item")
connection.exec("create table ruby_item (id int primary key, name text, price numeric, tags text[], raw bytea, flag boolean, day date)")

puts "types"
connection.type_map_for_results = PG::BasicTypeMapForResults.new(connection)
connection.type_map_for_queries = PG::BasicTypeMapForQueries.new(connection)
connection.exec_params("insert into ruby_item values ($1, $2, $3, $4, $5, $6, $7)",
                       [1, "näme '", BigDecimal("12.30"), ["a", "b\"c"], "\\x00ff", true, Date.new(2024, 2, 29)])
result = connection.exec("select * from ruby_item")
p result.values.map { |row| row.map { |value| value.is_a?(BigDecimal) ? value.to_s : value } }, result.fields, result.cmd_status, result.cmd_tuples
p((0...result.nfields).map { |n| [result.ftype(n), result.fmod(n), result.fformat(n)] })
p connection.exec_params("select $1::int8 + 1, $2::float8, 'x'::bytea", [2**40, 0.1], 1).values
p connection.exec("select null::int as a, array[[1,2],[3,null]] as b, 1.5::float8 as c").to_a

puts "prepared"
connection.prepare("plus", "select $1::int + $2::int as sum")
3.times { |n| p connection.exec_prepared("plus", [n, 10]).getvalue(0, 0) }
description = connection.describe_prepared("plus")
p [description.nparams, description.paramtype(0), description.fields]

puts "pipeline"
connection.enter_pipeline_mode
3.times { |n| connection.send_query_params("select $1::int", [n]) }
connection.send_query_params("select 1/0", [])
connection.send_query_params("select 5", [])
connection.pipeline_sync
connection.send_query_params("select 6", [])
connection.pipeline_sync
statuses = []
while statuses.count("PGRES_PIPELINE_SYNC") < 2
  one = connection.get_result
  statuses << one.res_status(one.result_status) unless one.nil?
end
connection.exit_pipeline_mode
p statuses

puts "copy"
connection.copy_data("copy ruby_item (id, name) from stdin") do
  (10..1009).each { |n| connection.put_copy_data("#{n}\tname #{n}\n") }
end
lines = []
connection.copy_data("copy (select id, name from ruby_item where id < 13 order by id) to stdout csv") do
  while (line = connection.get_copy_data)
    lines << line
  end
end
p lines
begin
  connection.copy_data("copy ruby_item (id) from stdin") { connection.put_copy_data("x\n") }
rescue PG::Error => error
  p error.class, error.result&.error_field(PG::PG_DIAG_SQLSTATE)
end

puts "single row"
connection.send_query("select i, repeat('x', 100) from generate_series(1, 50000) i")
connection.set_single_row_mode
total = 0
connection.get_result.stream_each_row { |row| total += row[0] }
p total

puts "cursor"
connection.transaction do |inner|
  inner.exec("declare reader cursor for select i from generate_series(1, 10) i")
  p inner.exec("fetch 3 from reader").values, inner.exec("move 4 in reader").cmd_tuples, inner.exec("fetch all from reader").values
end

puts "errors"
["select 1/0", "selec 1", "select * from nosuch", "insert into ruby_item (id) values (1)", "select 'x'::int"].each do |statement|
  connection.exec(statement)
rescue PG::Error => error
  result = error.result
  p [error.class, result.error_field(PG::PG_DIAG_SQLSTATE), result.error_field(PG::PG_DIAG_MESSAGE_PRIMARY),
     result.error_field(PG::PG_DIAG_STATEMENT_POSITION), result.error_field(PG::PG_DIAG_CONSTRAINT_NAME)]
end

puts "cancel"
thread = Thread.new { sleep 0.3; connection.cancel }
begin
  connection.exec("select pg_sleep(30)")
rescue PG::QueryCanceled => error
  puts error.message
end
thread.join

puts "retry"
rival = PG.connect
attempts = 0
begin
  attempts += 1
  connection.exec("begin isolation level repeatable read")
  connection.exec("select name from ruby_item where id = 10")
  rival.exec("update ruby_item set name = 'rival' where id = 10") if attempts == 1
  connection.exec("update ruby_item set name = name || '+own' where id = 10")
  connection.exec("commit")
rescue PG::TRSerializationFailure => error
  puts error.result.error_field(PG::PG_DIAG_SQLSTATE)
  connection.exec("rollback") unless connection.transaction_status == PG::PQTRANS_IDLE
  retry
end
p attempts, connection.exec("select name from ruby_item where id = 10").getvalue(0, 0)

puts "reconnect"
connection.exec_params("select pg_terminate_backend($1)", [rival.backend_pid])
sleep 0.2
begin
  rival.exec("select 1")
rescue PG::Error
  puts "gone"
  rival.reset
  p rival.exec("select 1").values
end
puts "listen"
connection.exec("listen ruby_channel")
rival.exec("notify ruby_channel, 'hello'")
connection.wait_for_notify(10) { |channel, _pid, payload| p [channel, payload] }
p connection.parameter_status("server_encoding"), connection.parameter_status("standard_conforming_strings"), connection.internal_encoding
connection.exec("drop table if exists nosuch")
connection.exec("drop table ruby_item")
