/**
 * PostgreSQL 16's settings, from its pg_settings: written by test/oracle/dump-settings.ts. Columns:
 * name, vartype, context, unit, min_val, max_val, enumvals, boot_val, flags, category, short_desc, extra_desc.
 */
export const POSTGRES_SETTINGS: string = String.raw`DateStyle	string	user	\N	\N	\N	\N	ISO, MDY		Client Connection Defaults / Locale and Formatting	Sets the display format for date and time values.	Also controls interpretation of ambiguous date inputs.
IntervalStyle	enum	user	\N	\N	\N	postgres,postgres_verbose,sql_standard,iso_8601	postgres		Client Connection Defaults / Locale and Formatting	Sets the display format for interval values.	\N
TimeZone	string	user	\N	\N	\N	\N	GMT		Client Connection Defaults / Locale and Formatting	Sets the time zone for displaying and interpreting time stamps.	\N
allow_in_place_tablespaces	bool	superuser	\N	\N	\N	\N	off	NOT_IN_SAMPLE	Developer Options	Allows tablespaces directly inside pg_tblspc, for testing.	\N
allow_system_table_mods	bool	superuser	\N	\N	\N	\N	off	NOT_IN_SAMPLE	Developer Options	Allows modifications of the structure of system tables.	\N
application_name	string	user	\N	\N	\N	\N		NOT_IN_SAMPLE	Reporting and Logging / What to Log	Sets the application name to be reported in statistics and logs.	\N
archive_cleanup_command	string	sighup	\N	\N	\N	\N			Write-Ahead Log / Archive Recovery	Sets the shell command that will be executed at every restart point.	\N
archive_command	string	sighup	\N	\N	\N	\N			Write-Ahead Log / Archiving	Sets the shell command that will be called to archive a WAL file.	This is used only if "archive_library" is not set.
archive_library	string	sighup	\N	\N	\N	\N			Write-Ahead Log / Archiving	Sets the library that will be called to archive a WAL file.	An empty string indicates that "archive_command" should be used.
archive_mode	enum	postmaster	\N	\N	\N	always,on,off	off		Write-Ahead Log / Archiving	Allows archiving of WAL files using archive_command.	\N
archive_timeout	integer	sighup	s	0	1073741823	\N	0		Write-Ahead Log / Archiving	Sets the amount of time to wait before forcing a switch to the next WAL file.	\N
array_nulls	bool	user	\N	\N	\N	\N	on		Version and Platform Compatibility / Previous PostgreSQL Versions	Enable input of NULL elements in arrays.	When turned on, unquoted NULL in an array input value means a null value; otherwise it is taken literally.
authentication_timeout	integer	sighup	s	1	600	\N	60		Connections and Authentication / Authentication	Sets the maximum allowed time to complete client authentication.	\N
autovacuum	bool	sighup	\N	\N	\N	\N	on		Autovacuum	Starts the autovacuum subprocess.	\N
autovacuum_analyze_scale_factor	real	sighup	\N	0	100	\N	0.1		Autovacuum	Number of tuple inserts, updates, or deletes prior to analyze as a fraction of reltuples.	\N
autovacuum_analyze_threshold	integer	sighup	\N	0	2147483647	\N	50		Autovacuum	Minimum number of tuple inserts, updates, or deletes prior to analyze.	\N
autovacuum_freeze_max_age	integer	postmaster	\N	100000	2000000000	\N	200000000		Autovacuum	Age at which to autovacuum a table to prevent transaction ID wraparound.	\N
autovacuum_max_workers	integer	postmaster	\N	1	262143	\N	3		Autovacuum	Sets the maximum number of simultaneously running autovacuum worker processes.	\N
autovacuum_multixact_freeze_max_age	integer	postmaster	\N	10000	2000000000	\N	400000000		Autovacuum	Multixact age at which to autovacuum a table to prevent multixact wraparound.	\N
autovacuum_naptime	integer	sighup	s	1	2147483	\N	60		Autovacuum	Time to sleep between autovacuum runs.	\N
autovacuum_vacuum_cost_delay	real	sighup	ms	-1	100	\N	2		Autovacuum	Vacuum cost delay in milliseconds, for autovacuum.	\N
autovacuum_vacuum_cost_limit	integer	sighup	\N	-1	10000	\N	-1		Autovacuum	Vacuum cost amount available before napping, for autovacuum.	\N
autovacuum_vacuum_insert_scale_factor	real	sighup	\N	0	100	\N	0.2		Autovacuum	Number of tuple inserts prior to vacuum as a fraction of reltuples.	\N
autovacuum_vacuum_insert_threshold	integer	sighup	\N	-1	2147483647	\N	1000		Autovacuum	Minimum number of tuple inserts prior to vacuum, or -1 to disable insert vacuums.	\N
autovacuum_vacuum_scale_factor	real	sighup	\N	0	100	\N	0.2		Autovacuum	Number of tuple updates or deletes prior to vacuum as a fraction of reltuples.	\N
autovacuum_vacuum_threshold	integer	sighup	\N	0	2147483647	\N	50		Autovacuum	Minimum number of tuple updates or deletes prior to vacuum.	\N
autovacuum_work_mem	integer	sighup	kB	-1	2147483647	\N	-1		Resource Usage / Memory	Sets the maximum memory to be used by each autovacuum worker process.	\N
backend_flush_after	integer	user	8kB	0	256	\N	0		Resource Usage / Asynchronous Behavior	Number of pages after which previously performed writes are flushed to disk.	\N
backslash_quote	enum	user	\N	\N	\N	safe_encoding,on,off	safe_encoding		Version and Platform Compatibility / Previous PostgreSQL Versions	Sets whether "\'" is allowed in string literals.	\N
backtrace_functions	string	superuser	\N	\N	\N	\N		NOT_IN_SAMPLE	Developer Options	Log backtrace for errors in these functions.	\N
bgwriter_delay	integer	sighup	ms	10	10000	\N	200		Resource Usage / Background Writer	Background writer sleep time between rounds.	\N
bgwriter_flush_after	integer	sighup	8kB	0	256	\N	64		Resource Usage / Background Writer	Number of pages after which previously performed writes are flushed to disk.	\N
bgwriter_lru_maxpages	integer	sighup	\N	0	1073741823	\N	100		Resource Usage / Background Writer	Background writer maximum number of LRU pages to flush per round.	\N
bgwriter_lru_multiplier	real	sighup	\N	0	10	\N	2		Resource Usage / Background Writer	Multiple of the average buffer usage to free per round.	\N
block_size	integer	internal	\N	8192	8192	\N	8192	NOT_IN_SAMPLE	Preset Options	Shows the size of a disk block.	\N
bonjour	bool	postmaster	\N	\N	\N	\N	off		Connections and Authentication / Connection Settings	Enables advertising the server via Bonjour.	\N
bonjour_name	string	postmaster	\N	\N	\N	\N			Connections and Authentication / Connection Settings	Sets the Bonjour service name.	\N
bytea_output	enum	user	\N	\N	\N	escape,hex	hex		Client Connection Defaults / Statement Behavior	Sets the output format for bytea.	\N
check_function_bodies	bool	user	\N	\N	\N	\N	on		Client Connection Defaults / Statement Behavior	Check routine bodies during CREATE FUNCTION and CREATE PROCEDURE.	\N
checkpoint_completion_target	real	sighup	\N	0	1	\N	0.9		Write-Ahead Log / Checkpoints	Time spent flushing dirty buffers during checkpoint, as fraction of checkpoint interval.	\N
checkpoint_flush_after	integer	sighup	8kB	0	256	\N	32		Write-Ahead Log / Checkpoints	Number of pages after which previously performed writes are flushed to disk.	\N
checkpoint_timeout	integer	sighup	s	30	86400	\N	300		Write-Ahead Log / Checkpoints	Sets the maximum time between automatic WAL checkpoints.	\N
checkpoint_warning	integer	sighup	s	0	2147483647	\N	30		Write-Ahead Log / Checkpoints	Sets the maximum time before warning if checkpoints triggered by WAL volume happen too frequently.	Write a message to the server log if checkpoints caused by the filling of WAL segment files happen more frequently than this amount of time. Zero turns off the warning.
client_connection_check_interval	integer	user	ms	0	2147483647	\N	0		Connections and Authentication / TCP Settings	Sets the time interval between checks for disconnection while running queries.	\N
client_encoding	string	user	\N	\N	\N	\N	SQL_ASCII		Client Connection Defaults / Locale and Formatting	Sets the client's character set encoding.	\N
client_min_messages	enum	user	\N	\N	\N	debug5,debug4,debug3,debug2,debug1,log,notice,warning,error	notice		Client Connection Defaults / Statement Behavior	Sets the message levels that are sent to the client.	Each level includes all the levels that follow it. The later the level, the fewer messages are sent.
cluster_name	string	postmaster	\N	\N	\N	\N			Reporting and Logging / Process Title	Sets the name of the cluster, which is included in the process title.	\N
commit_delay	integer	superuser	\N	0	100000	\N	0		Write-Ahead Log / Settings	Sets the delay in microseconds between transaction commit and flushing WAL to disk.	\N
commit_siblings	integer	user	\N	0	1000	\N	5		Write-Ahead Log / Settings	Sets the minimum number of concurrent open transactions required before performing commit_delay.	\N
compute_query_id	enum	superuser	\N	\N	\N	auto,regress,on,off	auto		Statistics / Monitoring	Enables in-core computation of query identifiers.	\N
config_file	string	postmaster	\N	\N	\N	\N	\N		File Locations	Sets the server's main configuration file.	\N
constraint_exclusion	enum	user	\N	\N	\N	partition,on,off	partition	EXPLAIN	Query Tuning / Other Planner Options	Enables the planner to use constraints to optimize queries.	Table scans will be skipped if their constraints guarantee that no rows match the query.
cpu_index_tuple_cost	real	user	\N	0	1.79769e+308	\N	0.005	EXPLAIN	Query Tuning / Planner Cost Constants	Sets the planner's estimate of the cost of processing each index entry during an index scan.	\N
cpu_operator_cost	real	user	\N	0	1.79769e+308	\N	0.0025	EXPLAIN	Query Tuning / Planner Cost Constants	Sets the planner's estimate of the cost of processing each operator or function call.	\N
cpu_tuple_cost	real	user	\N	0	1.79769e+308	\N	0.01	EXPLAIN	Query Tuning / Planner Cost Constants	Sets the planner's estimate of the cost of processing each tuple (row).	\N
createrole_self_grant	string	user	\N	\N	\N	\N			Client Connection Defaults / Statement Behavior	Sets whether a CREATEROLE user automatically grants the role to themselves, and with which options.	\N
cursor_tuple_fraction	real	user	\N	0	1	\N	0.1	EXPLAIN	Query Tuning / Other Planner Options	Sets the planner's estimate of the fraction of a cursor's rows that will be retrieved.	\N
data_checksums	bool	internal	\N	\N	\N	\N	off	NOT_IN_SAMPLE,RUNTIME_COMPUTED	Preset Options	Shows whether data checksums are turned on for this cluster.	\N
data_directory	string	postmaster	\N	\N	\N	\N	\N		File Locations	Sets the server's data directory.	\N
data_directory_mode	integer	internal	\N	0	511	\N	448	NOT_IN_SAMPLE,RUNTIME_COMPUTED	Preset Options	Shows the mode of the data directory.	The parameter value is a numeric mode specification in the form accepted by the chmod and umask system calls. (To use the customary octal format the number must start with a 0 (zero).)
data_sync_retry	bool	postmaster	\N	\N	\N	\N	off		Error Handling	Whether to continue running after a failure to sync data files.	\N
db_user_namespace	bool	sighup	\N	\N	\N	\N	off		Connections and Authentication / Authentication	Enables per-database user names.	\N
deadlock_timeout	integer	superuser	ms	1	2147483647	\N	1000		Lock Management	Sets the time to wait on a lock before checking for deadlock.	\N
debug_assertions	bool	internal	\N	\N	\N	\N	off	NOT_IN_SAMPLE	Preset Options	Shows whether the running server has assertion checks enabled.	\N
debug_discard_caches	integer	superuser	\N	0	0	\N	0	NOT_IN_SAMPLE	Developer Options	Aggressively flush system caches for debugging purposes.	\N
debug_io_direct	string	postmaster	\N	\N	\N	\N		NOT_IN_SAMPLE	Developer Options	Use direct I/O for file access.	\N
debug_logical_replication_streaming	enum	user	\N	\N	\N	buffered,immediate	buffered	NOT_IN_SAMPLE	Developer Options	Forces immediate streaming or serialization of changes in large transactions.	On the publisher, it allows streaming or serializing each change in logical decoding. On the subscriber, it allows serialization of all changes to files and notifies the parallel apply workers to read and apply them at the end of the transaction.
debug_parallel_query	enum	user	\N	\N	\N	off,on,regress	off	EXPLAIN,NOT_IN_SAMPLE	Developer Options	Forces the planner's use parallel query nodes.	This can be useful for testing the parallel query infrastructure by forcing the planner to generate plans that contain nodes that perform tuple communication between workers and the main process.
debug_pretty_print	bool	user	\N	\N	\N	\N	on		Reporting and Logging / What to Log	Indents parse and plan tree displays.	\N
debug_print_parse	bool	user	\N	\N	\N	\N	off		Reporting and Logging / What to Log	Logs each query's parse tree.	\N
debug_print_plan	bool	user	\N	\N	\N	\N	off		Reporting and Logging / What to Log	Logs each query's execution plan.	\N
debug_print_rewritten	bool	user	\N	\N	\N	\N	off		Reporting and Logging / What to Log	Logs each query's rewritten parse tree.	\N
default_statistics_target	integer	user	\N	1	10000	\N	100		Query Tuning / Other Planner Options	Sets the default statistics target.	This applies to table columns that have not had a column-specific target set via ALTER TABLE SET STATISTICS.
default_table_access_method	string	user	\N	\N	\N	\N	heap		Client Connection Defaults / Statement Behavior	Sets the default table access method for new tables.	\N
default_tablespace	string	user	\N	\N	\N	\N			Client Connection Defaults / Statement Behavior	Sets the default tablespace to create tables and indexes in.	An empty string selects the database's default tablespace.
default_text_search_config	string	user	\N	\N	\N	\N	pg_catalog.simple		Client Connection Defaults / Locale and Formatting	Sets default text search configuration.	\N
default_toast_compression	enum	user	\N	\N	\N	pglz	pglz		Client Connection Defaults / Statement Behavior	Sets the default compression method for compressible values.	\N
default_transaction_deferrable	bool	user	\N	\N	\N	\N	off		Client Connection Defaults / Statement Behavior	Sets the default deferrable status of new transactions.	\N
default_transaction_isolation	enum	user	\N	\N	\N	serializable,repeatable read,read committed,read uncommitted	read committed		Client Connection Defaults / Statement Behavior	Sets the transaction isolation level of each new transaction.	\N
default_transaction_read_only	bool	user	\N	\N	\N	\N	off		Client Connection Defaults / Statement Behavior	Sets the default read-only status of new transactions.	\N
dynamic_library_path	string	superuser	\N	\N	\N	\N	$libdir		Client Connection Defaults / Other Defaults	Sets the path for dynamically loadable modules.	If a dynamically loadable module needs to be opened and the specified name does not have a directory component (i.e., the name does not contain a slash), the system will search this path for the specified file.
dynamic_shared_memory_type	enum	postmaster	\N	\N	\N	posix,sysv,mmap	posix		Resource Usage / Memory	Selects the dynamic shared memory implementation used.	\N
effective_cache_size	integer	user	8kB	1	2147483647	\N	524288	EXPLAIN	Query Tuning / Planner Cost Constants	Sets the planner's assumption about the total size of the data caches.	That is, the total size of the caches (kernel cache and shared buffers) used for PostgreSQL data files. This is measured in disk pages, which are normally 8 kB each.
effective_io_concurrency	integer	user	\N	0	1000	\N	1	EXPLAIN	Resource Usage / Asynchronous Behavior	Number of simultaneous requests that can be handled efficiently by the disk subsystem.	\N
enable_async_append	bool	user	\N	\N	\N	\N	on	EXPLAIN	Query Tuning / Planner Method Configuration	Enables the planner's use of async append plans.	\N
enable_bitmapscan	bool	user	\N	\N	\N	\N	on	EXPLAIN	Query Tuning / Planner Method Configuration	Enables the planner's use of bitmap-scan plans.	\N
enable_gathermerge	bool	user	\N	\N	\N	\N	on	EXPLAIN	Query Tuning / Planner Method Configuration	Enables the planner's use of gather merge plans.	\N
enable_hashagg	bool	user	\N	\N	\N	\N	on	EXPLAIN	Query Tuning / Planner Method Configuration	Enables the planner's use of hashed aggregation plans.	\N
enable_hashjoin	bool	user	\N	\N	\N	\N	on	EXPLAIN	Query Tuning / Planner Method Configuration	Enables the planner's use of hash join plans.	\N
enable_incremental_sort	bool	user	\N	\N	\N	\N	on	EXPLAIN	Query Tuning / Planner Method Configuration	Enables the planner's use of incremental sort steps.	\N
enable_indexonlyscan	bool	user	\N	\N	\N	\N	on	EXPLAIN	Query Tuning / Planner Method Configuration	Enables the planner's use of index-only-scan plans.	\N
enable_indexscan	bool	user	\N	\N	\N	\N	on	EXPLAIN	Query Tuning / Planner Method Configuration	Enables the planner's use of index-scan plans.	\N
enable_material	bool	user	\N	\N	\N	\N	on	EXPLAIN	Query Tuning / Planner Method Configuration	Enables the planner's use of materialization.	\N
enable_memoize	bool	user	\N	\N	\N	\N	on	EXPLAIN	Query Tuning / Planner Method Configuration	Enables the planner's use of memoization.	\N
enable_mergejoin	bool	user	\N	\N	\N	\N	on	EXPLAIN	Query Tuning / Planner Method Configuration	Enables the planner's use of merge join plans.	\N
enable_nestloop	bool	user	\N	\N	\N	\N	on	EXPLAIN	Query Tuning / Planner Method Configuration	Enables the planner's use of nested-loop join plans.	\N
enable_parallel_append	bool	user	\N	\N	\N	\N	on	EXPLAIN	Query Tuning / Planner Method Configuration	Enables the planner's use of parallel append plans.	\N
enable_parallel_hash	bool	user	\N	\N	\N	\N	on	EXPLAIN	Query Tuning / Planner Method Configuration	Enables the planner's use of parallel hash plans.	\N
enable_partition_pruning	bool	user	\N	\N	\N	\N	on	EXPLAIN	Query Tuning / Planner Method Configuration	Enables plan-time and execution-time partition pruning.	Allows the query planner and executor to compare partition bounds to conditions in the query to determine which partitions must be scanned.
enable_partitionwise_aggregate	bool	user	\N	\N	\N	\N	off	EXPLAIN	Query Tuning / Planner Method Configuration	Enables partitionwise aggregation and grouping.	\N
enable_partitionwise_join	bool	user	\N	\N	\N	\N	off	EXPLAIN	Query Tuning / Planner Method Configuration	Enables partitionwise join.	\N
enable_presorted_aggregate	bool	user	\N	\N	\N	\N	on	EXPLAIN	Query Tuning / Planner Method Configuration	Enables the planner's ability to produce plans that provide presorted input for ORDER BY / DISTINCT aggregate functions.	Allows the query planner to build plans that provide presorted input for aggregate functions with an ORDER BY / DISTINCT clause.  When disabled, implicit sorts are always performed during execution.
enable_seqscan	bool	user	\N	\N	\N	\N	on	EXPLAIN	Query Tuning / Planner Method Configuration	Enables the planner's use of sequential-scan plans.	\N
enable_sort	bool	user	\N	\N	\N	\N	on	EXPLAIN	Query Tuning / Planner Method Configuration	Enables the planner's use of explicit sort steps.	\N
enable_tidscan	bool	user	\N	\N	\N	\N	on	EXPLAIN	Query Tuning / Planner Method Configuration	Enables the planner's use of TID scan plans.	\N
escape_string_warning	bool	user	\N	\N	\N	\N	on		Version and Platform Compatibility / Previous PostgreSQL Versions	Warn about backslash escapes in ordinary string literals.	\N
event_source	string	postmaster	\N	\N	\N	\N	PostgreSQL		Reporting and Logging / Where to Log	Sets the application name used to identify PostgreSQL messages in the event log.	\N
exit_on_error	bool	user	\N	\N	\N	\N	off		Error Handling	Terminate session on any error.	\N
external_pid_file	string	postmaster	\N	\N	\N	\N	\N		File Locations	Writes the postmaster PID to the specified file.	\N
extra_float_digits	integer	user	\N	-15	3	\N	1		Client Connection Defaults / Locale and Formatting	Sets the number of digits displayed for floating-point values.	This affects real, double precision, and geometric data types. A zero or negative parameter value is added to the standard number of digits (FLT_DIG or DBL_DIG as appropriate). Any value greater than zero selects precise output mode.
file_extend_method	enum	sighup	\N	\N	\N	posix_fallocate,write_zeros	posix_fallocate		Resource Usage / Disk	Selects the method used for extending data files.	\N
from_collapse_limit	integer	user	\N	1	2147483647	\N	8	EXPLAIN	Query Tuning / Other Planner Options	Sets the FROM-list size beyond which subqueries are not collapsed.	The planner will merge subqueries into upper queries if the resulting FROM list would have no more than this many items.
fsync	bool	sighup	\N	\N	\N	\N	on		Write-Ahead Log / Settings	Forces synchronization of updates to disk.	The server will use the fsync() system call in several places to make sure that updates are physically written to disk. This ensures that a database cluster will recover to a consistent state after an operating system or hardware crash.
full_page_writes	bool	sighup	\N	\N	\N	\N	on		Write-Ahead Log / Settings	Writes full pages to WAL when first modified after a checkpoint.	A page write in process during an operating system crash might be only partially written to disk.  During recovery, the row changes stored in WAL are not enough to recover.  This option writes pages when first modified after a checkpoint to WAL so full recovery is possible.
geqo	bool	user	\N	\N	\N	\N	on	EXPLAIN	Query Tuning / Genetic Query Optimizer	Enables genetic query optimization.	This algorithm attempts to do planning without exhaustive searching.
geqo_effort	integer	user	\N	1	10	\N	5	EXPLAIN	Query Tuning / Genetic Query Optimizer	GEQO: effort is used to set the default for other GEQO parameters.	\N
geqo_generations	integer	user	\N	0	2147483647	\N	0	EXPLAIN	Query Tuning / Genetic Query Optimizer	GEQO: number of iterations of the algorithm.	Zero selects a suitable default value.
geqo_pool_size	integer	user	\N	0	2147483647	\N	0	EXPLAIN	Query Tuning / Genetic Query Optimizer	GEQO: number of individuals in the population.	Zero selects a suitable default value.
geqo_seed	real	user	\N	0	1	\N	0	EXPLAIN	Query Tuning / Genetic Query Optimizer	GEQO: seed for random path selection.	\N
geqo_selection_bias	real	user	\N	1.5	2	\N	2	EXPLAIN	Query Tuning / Genetic Query Optimizer	GEQO: selective pressure within the population.	\N
geqo_threshold	integer	user	\N	2	2147483647	\N	12	EXPLAIN	Query Tuning / Genetic Query Optimizer	Sets the threshold of FROM items beyond which GEQO is used.	\N
gin_fuzzy_search_limit	integer	user	\N	0	2147483647	\N	0		Client Connection Defaults / Other Defaults	Sets the maximum allowed result for exact search by GIN.	\N
gin_pending_list_limit	integer	user	kB	64	2147483647	\N	4096		Client Connection Defaults / Statement Behavior	Sets the maximum size of the pending list for GIN index.	\N
gss_accept_delegation	bool	sighup	\N	\N	\N	\N	off		Connections and Authentication / Authentication	Sets whether GSSAPI delegation should be accepted from the client.	\N
hash_mem_multiplier	real	user	\N	1	1000	\N	2	EXPLAIN	Resource Usage / Memory	Multiple of work_mem to use for hash tables.	\N
hba_file	string	postmaster	\N	\N	\N	\N	\N		File Locations	Sets the server's "hba" configuration file.	\N
hot_standby	bool	postmaster	\N	\N	\N	\N	on		Replication / Standby Servers	Allows connections and queries during recovery.	\N
hot_standby_feedback	bool	sighup	\N	\N	\N	\N	off		Replication / Standby Servers	Allows feedback from a hot standby to the primary that will avoid query conflicts.	\N
huge_page_size	integer	postmaster	kB	0	2147483647	\N	0		Resource Usage / Memory	The size of huge page that should be requested.	\N
huge_pages	enum	postmaster	\N	\N	\N	off,on,try	try		Resource Usage / Memory	Use of huge pages on Linux or Windows.	\N
icu_validation_level	enum	user	\N	\N	\N	disabled,debug5,debug4,debug3,debug2,debug1,log,notice,warning,error	warning		Client Connection Defaults / Locale and Formatting	Log level for reporting invalid ICU locale strings.	\N
ident_file	string	postmaster	\N	\N	\N	\N	\N		File Locations	Sets the server's "ident" configuration file.	\N
idle_in_transaction_session_timeout	integer	user	ms	0	2147483647	\N	0		Client Connection Defaults / Statement Behavior	Sets the maximum allowed idle time between queries, when in a transaction.	A value of 0 turns off the timeout.
idle_session_timeout	integer	user	ms	0	2147483647	\N	0		Client Connection Defaults / Statement Behavior	Sets the maximum allowed idle time between queries, when not in a transaction.	A value of 0 turns off the timeout.
ignore_checksum_failure	bool	superuser	\N	\N	\N	\N	off	NOT_IN_SAMPLE	Developer Options	Continues processing after a checksum failure.	Detection of a checksum failure normally causes PostgreSQL to report an error, aborting the current transaction. Setting ignore_checksum_failure to true causes the system to ignore the failure (but still report a warning), and continue processing. This behavior could cause crashes or other serious problems. Only has an effect if checksums are enabled.
ignore_invalid_pages	bool	postmaster	\N	\N	\N	\N	off	NOT_IN_SAMPLE	Developer Options	Continues recovery after an invalid pages failure.	Detection of WAL records having references to invalid pages during recovery causes PostgreSQL to raise a PANIC-level error, aborting the recovery. Setting ignore_invalid_pages to true causes the system to ignore invalid page references in WAL records (but still report a warning), and continue recovery. This behavior may cause crashes, data loss, propagate or hide corruption, or other serious problems. Only has an effect during recovery or in standby mode.
ignore_system_indexes	bool	backend	\N	\N	\N	\N	off	NOT_IN_SAMPLE	Developer Options	Disables reading from system indexes.	It does not prevent updating the indexes, so it is safe to use.  The worst consequence is slowness.
in_hot_standby	bool	internal	\N	\N	\N	\N	off	NOT_IN_SAMPLE	Preset Options	Shows whether hot standby is currently active.	\N
integer_datetimes	bool	internal	\N	\N	\N	\N	on	NOT_IN_SAMPLE	Preset Options	Shows whether datetimes are integer based.	\N
jit	bool	user	\N	\N	\N	\N	on	EXPLAIN	Query Tuning / Other Planner Options	Allow JIT compilation.	\N
jit_above_cost	real	user	\N	-1	1.79769e+308	\N	100000	EXPLAIN	Query Tuning / Planner Cost Constants	Perform JIT compilation if query is more expensive.	-1 disables JIT compilation.
jit_debugging_support	bool	superuser-backend	\N	\N	\N	\N	off	NOT_IN_SAMPLE	Developer Options	Register JIT-compiled functions with debugger.	\N
jit_dump_bitcode	bool	superuser	\N	\N	\N	\N	off	NOT_IN_SAMPLE	Developer Options	Write out LLVM bitcode to facilitate JIT debugging.	\N
jit_expressions	bool	user	\N	\N	\N	\N	on	NOT_IN_SAMPLE	Developer Options	Allow JIT compilation of expressions.	\N
jit_inline_above_cost	real	user	\N	-1	1.79769e+308	\N	500000	EXPLAIN	Query Tuning / Planner Cost Constants	Perform JIT inlining if query is more expensive.	-1 disables inlining.
jit_optimize_above_cost	real	user	\N	-1	1.79769e+308	\N	500000	EXPLAIN	Query Tuning / Planner Cost Constants	Optimize JIT-compiled functions if query is more expensive.	-1 disables optimization.
jit_profiling_support	bool	superuser-backend	\N	\N	\N	\N	off	NOT_IN_SAMPLE	Developer Options	Register JIT-compiled functions with perf profiler.	\N
jit_provider	string	postmaster	\N	\N	\N	\N	llvmjit		Client Connection Defaults / Shared Library Preloading	JIT provider to use.	\N
jit_tuple_deforming	bool	user	\N	\N	\N	\N	on	NOT_IN_SAMPLE	Developer Options	Allow JIT compilation of tuple deforming.	\N
join_collapse_limit	integer	user	\N	1	2147483647	\N	8	EXPLAIN	Query Tuning / Other Planner Options	Sets the FROM-list size beyond which JOIN constructs are not flattened.	The planner will flatten explicit JOIN constructs into lists of FROM items whenever a list of no more than this many items would result.
krb_caseins_users	bool	sighup	\N	\N	\N	\N	off		Connections and Authentication / Authentication	Sets whether Kerberos and GSSAPI user names should be treated as case-insensitive.	\N
krb_server_keyfile	string	sighup	\N	\N	\N	\N			Connections and Authentication / Authentication	Sets the location of the Kerberos server key file.	\N
lc_messages	string	superuser	\N	\N	\N	\N			Client Connection Defaults / Locale and Formatting	Sets the language in which messages are displayed.	\N
lc_monetary	string	user	\N	\N	\N	\N	C		Client Connection Defaults / Locale and Formatting	Sets the locale for formatting monetary amounts.	\N
lc_numeric	string	user	\N	\N	\N	\N	C		Client Connection Defaults / Locale and Formatting	Sets the locale for formatting numbers.	\N
lc_time	string	user	\N	\N	\N	\N	C		Client Connection Defaults / Locale and Formatting	Sets the locale for formatting date and time values.	\N
listen_addresses	string	postmaster	\N	\N	\N	\N	localhost		Connections and Authentication / Connection Settings	Sets the host name or IP address(es) to listen to.	\N
lo_compat_privileges	bool	superuser	\N	\N	\N	\N	off		Version and Platform Compatibility / Previous PostgreSQL Versions	Enables backward compatibility mode for privilege checks on large objects.	Skips privilege checks when reading or modifying large objects, for compatibility with PostgreSQL releases prior to 9.0.
local_preload_libraries	string	user	\N	\N	\N	\N			Client Connection Defaults / Shared Library Preloading	Lists unprivileged shared libraries to preload into each backend.	\N
lock_timeout	integer	user	ms	0	2147483647	\N	0		Client Connection Defaults / Statement Behavior	Sets the maximum allowed duration of any wait for a lock.	A value of 0 turns off the timeout.
log_autovacuum_min_duration	integer	sighup	ms	-1	2147483647	\N	600000		Reporting and Logging / What to Log	Sets the minimum execution time above which autovacuum actions will be logged.	Zero prints all actions. -1 turns autovacuum logging off.
log_checkpoints	bool	sighup	\N	\N	\N	\N	on		Reporting and Logging / What to Log	Logs each checkpoint.	\N
log_connections	bool	superuser-backend	\N	\N	\N	\N	off		Reporting and Logging / What to Log	Logs each successful connection.	\N
log_destination	string	sighup	\N	\N	\N	\N	stderr		Reporting and Logging / Where to Log	Sets the destination for server log output.	Valid values are combinations of "stderr", "syslog", "csvlog", "jsonlog", and "eventlog", depending on the platform.
log_directory	string	sighup	\N	\N	\N	\N	log		Reporting and Logging / Where to Log	Sets the destination directory for log files.	Can be specified as relative to the data directory or as absolute path.
log_disconnections	bool	superuser-backend	\N	\N	\N	\N	off		Reporting and Logging / What to Log	Logs end of a session, including duration.	\N
log_duration	bool	superuser	\N	\N	\N	\N	off		Reporting and Logging / What to Log	Logs the duration of each completed SQL statement.	\N
log_error_verbosity	enum	superuser	\N	\N	\N	terse,default,verbose	default		Reporting and Logging / What to Log	Sets the verbosity of logged messages.	\N
log_executor_stats	bool	superuser	\N	\N	\N	\N	off		Statistics / Monitoring	Writes executor performance statistics to the server log.	\N
log_file_mode	integer	sighup	\N	0	511	\N	384		Reporting and Logging / Where to Log	Sets the file permissions for log files.	The parameter value is expected to be a numeric mode specification in the form accepted by the chmod and umask system calls. (To use the customary octal format the number must start with a 0 (zero).)
log_filename	string	sighup	\N	\N	\N	\N	postgresql-%Y-%m-%d_%H%M%S.log		Reporting and Logging / Where to Log	Sets the file name pattern for log files.	\N
log_hostname	bool	sighup	\N	\N	\N	\N	off		Reporting and Logging / What to Log	Logs the host name in the connection logs.	By default, connection logs only show the IP address of the connecting host. If you want them to show the host name you can turn this on, but depending on your host name resolution setup it might impose a non-negligible performance penalty.
log_line_prefix	string	sighup	\N	\N	\N	\N	%m [%p] 		Reporting and Logging / What to Log	Controls information prefixed to each log line.	If blank, no prefix is used.
log_lock_waits	bool	superuser	\N	\N	\N	\N	off		Reporting and Logging / What to Log	Logs long lock waits.	\N
log_min_duration_sample	integer	superuser	ms	-1	2147483647	\N	-1		Reporting and Logging / When to Log	Sets the minimum execution time above which a sample of statements will be logged. Sampling is determined by log_statement_sample_rate.	Zero logs a sample of all queries. -1 turns this feature off.
log_min_duration_statement	integer	superuser	ms	-1	2147483647	\N	-1		Reporting and Logging / When to Log	Sets the minimum execution time above which all statements will be logged.	Zero prints all queries. -1 turns this feature off.
log_min_error_statement	enum	superuser	\N	\N	\N	debug5,debug4,debug3,debug2,debug1,info,notice,warning,error,log,fatal,panic	error		Reporting and Logging / When to Log	Causes all statements generating error at or above this level to be logged.	Each level includes all the levels that follow it. The later the level, the fewer messages are sent.
log_min_messages	enum	superuser	\N	\N	\N	debug5,debug4,debug3,debug2,debug1,info,notice,warning,error,log,fatal,panic	warning		Reporting and Logging / When to Log	Sets the message levels that are logged.	Each level includes all the levels that follow it. The later the level, the fewer messages are sent.
log_parameter_max_length	integer	superuser	B	-1	1073741823	\N	-1		Reporting and Logging / What to Log	Sets the maximum length in bytes of data logged for bind parameter values when logging statements.	-1 to print values in full.
log_parameter_max_length_on_error	integer	user	B	-1	1073741823	\N	0		Reporting and Logging / What to Log	Sets the maximum length in bytes of data logged for bind parameter values when logging statements, on error.	-1 to print values in full.
log_parser_stats	bool	superuser	\N	\N	\N	\N	off		Statistics / Monitoring	Writes parser performance statistics to the server log.	\N
log_planner_stats	bool	superuser	\N	\N	\N	\N	off		Statistics / Monitoring	Writes planner performance statistics to the server log.	\N
log_recovery_conflict_waits	bool	sighup	\N	\N	\N	\N	off		Reporting and Logging / What to Log	Logs standby recovery conflict waits.	\N
log_replication_commands	bool	superuser	\N	\N	\N	\N	off		Reporting and Logging / What to Log	Logs each replication command.	\N
log_rotation_age	integer	sighup	min	0	35791394	\N	1440		Reporting and Logging / Where to Log	Sets the amount of time to wait before forcing log file rotation.	\N
log_rotation_size	integer	sighup	kB	0	2097151	\N	10240		Reporting and Logging / Where to Log	Sets the maximum size a log file can reach before being rotated.	\N
log_startup_progress_interval	integer	sighup	ms	0	2147483647	\N	10000		Reporting and Logging / When to Log	Time between progress updates for long-running startup operations.	0 turns this feature off.
log_statement	enum	superuser	\N	\N	\N	none,ddl,mod,all	none		Reporting and Logging / What to Log	Sets the type of statements logged.	\N
log_statement_sample_rate	real	superuser	\N	0	1	\N	1		Reporting and Logging / When to Log	Fraction of statements exceeding log_min_duration_sample to be logged.	Use a value between 0.0 (never log) and 1.0 (always log).
log_statement_stats	bool	superuser	\N	\N	\N	\N	off		Statistics / Monitoring	Writes cumulative performance statistics to the server log.	\N
log_temp_files	integer	superuser	kB	-1	2147483647	\N	-1		Reporting and Logging / What to Log	Log the use of temporary files larger than this number of kilobytes.	Zero logs all files. The default is -1 (turning this feature off).
log_timezone	string	sighup	\N	\N	\N	\N	GMT		Reporting and Logging / What to Log	Sets the time zone to use in log messages.	\N
log_transaction_sample_rate	real	superuser	\N	0	1	\N	0		Reporting and Logging / When to Log	Sets the fraction of transactions from which to log all statements.	Use a value between 0.0 (never log) and 1.0 (log all statements for all transactions).
log_truncate_on_rotation	bool	sighup	\N	\N	\N	\N	off		Reporting and Logging / Where to Log	Truncate existing log files of same name during log rotation.	\N
logging_collector	bool	postmaster	\N	\N	\N	\N	off		Reporting and Logging / Where to Log	Start a subprocess to capture stderr, csvlog and/or jsonlog into log files.	\N
logical_decoding_work_mem	integer	user	kB	64	2147483647	\N	65536		Resource Usage / Memory	Sets the maximum memory to be used for logical decoding.	This much memory can be used by each internal reorder buffer before spilling to disk.
maintenance_io_concurrency	integer	user	\N	0	1000	\N	10	EXPLAIN	Resource Usage / Asynchronous Behavior	A variant of effective_io_concurrency that is used for maintenance work.	\N
maintenance_work_mem	integer	user	kB	1024	2147483647	\N	65536		Resource Usage / Memory	Sets the maximum memory to be used for maintenance operations.	This includes operations such as VACUUM and CREATE INDEX.
max_connections	integer	postmaster	\N	1	262143	\N	100		Connections and Authentication / Connection Settings	Sets the maximum number of concurrent connections.	\N
max_files_per_process	integer	postmaster	\N	64	2147483647	\N	1000		Resource Usage / Kernel Resources	Sets the maximum number of simultaneously open files for each server process.	\N
max_function_args	integer	internal	\N	100	100	\N	100	NOT_IN_SAMPLE	Preset Options	Shows the maximum number of function arguments.	\N
max_identifier_length	integer	internal	\N	63	63	\N	63	NOT_IN_SAMPLE	Preset Options	Shows the maximum identifier length.	\N
max_index_keys	integer	internal	\N	32	32	\N	32	NOT_IN_SAMPLE	Preset Options	Shows the maximum number of index keys.	\N
max_locks_per_transaction	integer	postmaster	\N	10	2147483647	\N	64		Lock Management	Sets the maximum number of locks per transaction.	The shared lock table is sized on the assumption that at most max_locks_per_transaction objects per server process or prepared transaction will need to be locked at any one time.
max_logical_replication_workers	integer	postmaster	\N	0	262143	\N	4		Replication / Subscribers	Maximum number of logical replication worker processes.	\N
max_parallel_apply_workers_per_subscription	integer	sighup	\N	0	1024	\N	2		Replication / Subscribers	Maximum number of parallel apply workers per subscription.	\N
max_parallel_maintenance_workers	integer	user	\N	0	1024	\N	2		Resource Usage / Asynchronous Behavior	Sets the maximum number of parallel processes per maintenance operation.	\N
max_parallel_workers	integer	user	\N	0	1024	\N	8	EXPLAIN	Resource Usage / Asynchronous Behavior	Sets the maximum number of parallel workers that can be active at one time.	\N
max_parallel_workers_per_gather	integer	user	\N	0	1024	\N	2	EXPLAIN	Resource Usage / Asynchronous Behavior	Sets the maximum number of parallel processes per executor node.	\N
max_pred_locks_per_page	integer	sighup	\N	0	2147483647	\N	2		Lock Management	Sets the maximum number of predicate-locked tuples per page.	If more than this number of tuples on the same page are locked by a connection, those locks are replaced by a page-level lock.
max_pred_locks_per_relation	integer	sighup	\N	-2147483648	2147483647	\N	-2		Lock Management	Sets the maximum number of predicate-locked pages and tuples per relation.	If more than this total of pages and tuples in the same relation are locked by a connection, those locks are replaced by a relation-level lock.
max_pred_locks_per_transaction	integer	postmaster	\N	10	2147483647	\N	64		Lock Management	Sets the maximum number of predicate locks per transaction.	The shared predicate lock table is sized on the assumption that at most max_pred_locks_per_transaction objects per server process or prepared transaction will need to be locked at any one time.
max_prepared_transactions	integer	postmaster	\N	0	262143	\N	0		Resource Usage / Memory	Sets the maximum number of simultaneously prepared transactions.	\N
max_replication_slots	integer	postmaster	\N	0	262143	\N	10		Replication / Sending Servers	Sets the maximum number of simultaneously defined replication slots.	\N
max_slot_wal_keep_size	integer	sighup	MB	-1	2147483647	\N	-1		Replication / Sending Servers	Sets the maximum WAL size that can be reserved by replication slots.	Replication slots will be marked as failed, and segments released for deletion or recycling, if this much space is occupied by WAL on disk.
max_stack_depth	integer	superuser	kB	100	2147483647	\N	100		Resource Usage / Memory	Sets the maximum stack depth, in kilobytes.	\N
max_standby_archive_delay	integer	sighup	ms	-1	2147483647	\N	30000		Replication / Standby Servers	Sets the maximum delay before canceling queries when a hot standby server is processing archived WAL data.	\N
max_standby_streaming_delay	integer	sighup	ms	-1	2147483647	\N	30000		Replication / Standby Servers	Sets the maximum delay before canceling queries when a hot standby server is processing streamed WAL data.	\N
max_sync_workers_per_subscription	integer	sighup	\N	0	262143	\N	2		Replication / Subscribers	Maximum number of table synchronization workers per subscription.	\N
max_wal_senders	integer	postmaster	\N	0	262143	\N	10		Replication / Sending Servers	Sets the maximum number of simultaneously running WAL sender processes.	\N
max_wal_size	integer	sighup	MB	2	2147483647	\N	1024		Write-Ahead Log / Checkpoints	Sets the WAL size that triggers a checkpoint.	\N
max_worker_processes	integer	postmaster	\N	0	262143	\N	8		Resource Usage / Asynchronous Behavior	Maximum number of concurrent worker processes.	\N
min_dynamic_shared_memory	integer	postmaster	MB	0	2147483647	\N	0		Resource Usage / Memory	Amount of dynamic shared memory reserved at startup.	\N
min_parallel_index_scan_size	integer	user	8kB	0	715827882	\N	64	EXPLAIN	Query Tuning / Planner Cost Constants	Sets the minimum amount of index data for a parallel scan.	If the planner estimates that it will read a number of index pages too small to reach this limit, a parallel scan will not be considered.
min_parallel_table_scan_size	integer	user	8kB	0	715827882	\N	1024	EXPLAIN	Query Tuning / Planner Cost Constants	Sets the minimum amount of table data for a parallel scan.	If the planner estimates that it will read a number of table pages too small to reach this limit, a parallel scan will not be considered.
min_wal_size	integer	sighup	MB	2	2147483647	\N	80		Write-Ahead Log / Checkpoints	Sets the minimum size to shrink the WAL to.	\N
old_snapshot_threshold	integer	postmaster	min	-1	86400	\N	-1		Resource Usage / Asynchronous Behavior	Time before a snapshot is too old to read pages changed after the snapshot was taken.	A value of -1 disables this feature.
parallel_leader_participation	bool	user	\N	\N	\N	\N	on	EXPLAIN	Resource Usage / Asynchronous Behavior	Controls whether Gather and Gather Merge also run subplans.	Should gather nodes also run subplans or just gather tuples?
parallel_setup_cost	real	user	\N	0	1.79769e+308	\N	1000	EXPLAIN	Query Tuning / Planner Cost Constants	Sets the planner's estimate of the cost of starting up worker processes for parallel query.	\N
parallel_tuple_cost	real	user	\N	0	1.79769e+308	\N	0.1	EXPLAIN	Query Tuning / Planner Cost Constants	Sets the planner's estimate of the cost of passing each tuple (row) from worker to leader backend.	\N
password_encryption	enum	user	\N	\N	\N	md5,scram-sha-256	scram-sha-256		Connections and Authentication / Authentication	Chooses the algorithm for encrypting passwords.	\N
plan_cache_mode	enum	user	\N	\N	\N	auto,force_generic_plan,force_custom_plan	auto	EXPLAIN	Query Tuning / Other Planner Options	Controls the planner's selection of custom or generic plan.	Prepared statements can have custom and generic plans, and the planner will attempt to choose which is better.  This can be set to override the default behavior.
port	integer	postmaster	\N	1	65535	\N	5432		Connections and Authentication / Connection Settings	Sets the TCP port the server listens on.	\N
post_auth_delay	integer	backend	s	0	2147	\N	0	NOT_IN_SAMPLE	Developer Options	Sets the amount of time to wait after authentication on connection startup.	This allows attaching a debugger to the process.
pre_auth_delay	integer	sighup	s	0	60	\N	0	NOT_IN_SAMPLE	Developer Options	Sets the amount of time to wait before authentication on connection startup.	This allows attaching a debugger to the process.
primary_conninfo	string	sighup	\N	\N	\N	\N			Replication / Standby Servers	Sets the connection string to be used to connect to the sending server.	\N
primary_slot_name	string	sighup	\N	\N	\N	\N			Replication / Standby Servers	Sets the name of the replication slot to use on the sending server.	\N
quote_all_identifiers	bool	user	\N	\N	\N	\N	off		Version and Platform Compatibility / Previous PostgreSQL Versions	When generating SQL fragments, quote all identifiers.	\N
random_page_cost	real	user	\N	0	1.79769e+308	\N	4	EXPLAIN	Query Tuning / Planner Cost Constants	Sets the planner's estimate of the cost of a nonsequentially fetched disk page.	\N
recovery_end_command	string	sighup	\N	\N	\N	\N			Write-Ahead Log / Archive Recovery	Sets the shell command that will be executed once at the end of recovery.	\N
recovery_init_sync_method	enum	sighup	\N	\N	\N	fsync,syncfs	fsync		Error Handling	Sets the method for synchronizing the data directory before crash recovery.	\N
recovery_min_apply_delay	integer	sighup	ms	0	2147483647	\N	0		Replication / Standby Servers	Sets the minimum delay for applying changes during recovery.	\N
recovery_prefetch	enum	sighup	\N	\N	\N	off,on,try	try		Write-Ahead Log / Recovery	Prefetch referenced blocks during recovery.	Look ahead in the WAL to find references to uncached data.
recovery_target	string	postmaster	\N	\N	\N	\N			Write-Ahead Log / Recovery Target	Set to "immediate" to end recovery as soon as a consistent state is reached.	\N
recovery_target_action	enum	postmaster	\N	\N	\N	pause,promote,shutdown	pause		Write-Ahead Log / Recovery Target	Sets the action to perform upon reaching the recovery target.	\N
recovery_target_inclusive	bool	postmaster	\N	\N	\N	\N	on		Write-Ahead Log / Recovery Target	Sets whether to include or exclude transaction with recovery target.	\N
recovery_target_lsn	string	postmaster	\N	\N	\N	\N			Write-Ahead Log / Recovery Target	Sets the LSN of the write-ahead log location up to which recovery will proceed.	\N
recovery_target_name	string	postmaster	\N	\N	\N	\N			Write-Ahead Log / Recovery Target	Sets the named restore point up to which recovery will proceed.	\N
recovery_target_time	string	postmaster	\N	\N	\N	\N			Write-Ahead Log / Recovery Target	Sets the time stamp up to which recovery will proceed.	\N
recovery_target_timeline	string	postmaster	\N	\N	\N	\N	latest		Write-Ahead Log / Recovery Target	Specifies the timeline to recover into.	\N
recovery_target_xid	string	postmaster	\N	\N	\N	\N			Write-Ahead Log / Recovery Target	Sets the transaction ID up to which recovery will proceed.	\N
recursive_worktable_factor	real	user	\N	0.001	1e+06	\N	10	EXPLAIN	Query Tuning / Other Planner Options	Sets the planner's estimate of the average size of a recursive query's working table.	\N
remove_temp_files_after_crash	bool	sighup	\N	\N	\N	\N	on	NOT_IN_SAMPLE	Developer Options	Remove temporary files after backend crash.	\N
reserved_connections	integer	postmaster	\N	0	262143	\N	0		Connections and Authentication / Connection Settings	Sets the number of connection slots reserved for roles with privileges of pg_use_reserved_connections.	\N
restart_after_crash	bool	sighup	\N	\N	\N	\N	on		Error Handling	Reinitialize server after backend crash.	\N
restore_command	string	sighup	\N	\N	\N	\N			Write-Ahead Log / Archive Recovery	Sets the shell command that will be called to retrieve an archived WAL file.	\N
restrict_nonsystem_relation_kind	string	user	\N	\N	\N	\N		NOT_IN_SAMPLE	Client Connection Defaults / Statement Behavior	Prohibits access to non-system relations of specified kinds.	\N
row_security	bool	user	\N	\N	\N	\N	on		Client Connection Defaults / Statement Behavior	Enable row security.	When enabled, row security will be applied to all users.
scram_iterations	integer	user	\N	1	2147483647	\N	4096		Connections and Authentication / Authentication	Sets the iteration count for SCRAM secret generation.	\N
search_path	string	user	\N	\N	\N	\N	"$user", public	EXPLAIN	Client Connection Defaults / Statement Behavior	Sets the schema search order for names that are not schema-qualified.	\N
segment_size	integer	internal	8kB	131072	131072	\N	131072	NOT_IN_SAMPLE	Preset Options	Shows the number of pages per disk file.	\N
send_abort_for_crash	bool	sighup	\N	\N	\N	\N	off	NOT_IN_SAMPLE	Developer Options	Send SIGABRT not SIGQUIT to child processes after backend crash.	\N
send_abort_for_kill	bool	sighup	\N	\N	\N	\N	off	NOT_IN_SAMPLE	Developer Options	Send SIGABRT not SIGKILL to stuck child processes.	\N
seq_page_cost	real	user	\N	0	1.79769e+308	\N	1	EXPLAIN	Query Tuning / Planner Cost Constants	Sets the planner's estimate of the cost of a sequentially fetched disk page.	\N
server_encoding	string	internal	\N	\N	\N	\N	SQL_ASCII	NOT_IN_SAMPLE	Preset Options	Shows the server (database) character set encoding.	\N
server_version	string	internal	\N	\N	\N	\N	16.14	NOT_IN_SAMPLE	Preset Options	Shows the server version.	\N
server_version_num	integer	internal	\N	160014	160014	\N	160014	NOT_IN_SAMPLE	Preset Options	Shows the server version as an integer.	\N
session_preload_libraries	string	superuser	\N	\N	\N	\N			Client Connection Defaults / Shared Library Preloading	Lists shared libraries to preload into each backend.	\N
session_replication_role	enum	superuser	\N	\N	\N	origin,replica,local	origin		Client Connection Defaults / Statement Behavior	Sets the session's behavior for triggers and rewrite rules.	\N
shared_buffers	integer	postmaster	8kB	16	1073741823	\N	16384		Resource Usage / Memory	Sets the number of shared memory buffers used by the server.	\N
shared_memory_size	integer	internal	MB	0	2147483647	\N	0	NOT_IN_SAMPLE,RUNTIME_COMPUTED	Preset Options	Shows the size of the server's main shared memory area (rounded up to the nearest MB).	\N
shared_memory_size_in_huge_pages	integer	internal	\N	-1	2147483647	\N	-1	NOT_IN_SAMPLE,RUNTIME_COMPUTED	Preset Options	Shows the number of huge pages needed for the main shared memory area.	-1 indicates that the value could not be determined.
shared_memory_type	enum	postmaster	\N	\N	\N	sysv,mmap	mmap		Resource Usage / Memory	Selects the shared memory implementation used for the main shared memory region.	\N
shared_preload_libraries	string	postmaster	\N	\N	\N	\N			Client Connection Defaults / Shared Library Preloading	Lists shared libraries to preload into server.	\N
ssl	bool	sighup	\N	\N	\N	\N	off		Connections and Authentication / SSL	Enables SSL connections.	\N
ssl_ca_file	string	sighup	\N	\N	\N	\N			Connections and Authentication / SSL	Location of the SSL certificate authority file.	\N
ssl_cert_file	string	sighup	\N	\N	\N	\N	server.crt		Connections and Authentication / SSL	Location of the SSL server certificate file.	\N
ssl_ciphers	string	sighup	\N	\N	\N	\N	HIGH:MEDIUM:+3DES:!aNULL		Connections and Authentication / SSL	Sets the list of allowed SSL ciphers.	\N
ssl_crl_dir	string	sighup	\N	\N	\N	\N			Connections and Authentication / SSL	Location of the SSL certificate revocation list directory.	\N
ssl_crl_file	string	sighup	\N	\N	\N	\N			Connections and Authentication / SSL	Location of the SSL certificate revocation list file.	\N
ssl_dh_params_file	string	sighup	\N	\N	\N	\N			Connections and Authentication / SSL	Location of the SSL DH parameters file.	\N
ssl_ecdh_curve	string	sighup	\N	\N	\N	\N	prime256v1		Connections and Authentication / SSL	Sets the curve to use for ECDH.	\N
ssl_key_file	string	sighup	\N	\N	\N	\N	server.key		Connections and Authentication / SSL	Location of the SSL server private key file.	\N
ssl_library	string	internal	\N	\N	\N	\N	OpenSSL	NOT_IN_SAMPLE	Preset Options	Shows the name of the SSL library.	\N
ssl_max_protocol_version	enum	sighup	\N	\N	\N	,TLSv1,TLSv1.1,TLSv1.2,TLSv1.3			Connections and Authentication / SSL	Sets the maximum SSL/TLS protocol version to use.	\N
ssl_min_protocol_version	enum	sighup	\N	\N	\N	TLSv1,TLSv1.1,TLSv1.2,TLSv1.3	TLSv1.2		Connections and Authentication / SSL	Sets the minimum SSL/TLS protocol version to use.	\N
ssl_passphrase_command	string	sighup	\N	\N	\N	\N			Connections and Authentication / SSL	Command to obtain passphrases for SSL.	\N
ssl_passphrase_command_supports_reload	bool	sighup	\N	\N	\N	\N	off		Connections and Authentication / SSL	Controls whether ssl_passphrase_command is called during server reload.	\N
ssl_prefer_server_ciphers	bool	sighup	\N	\N	\N	\N	on		Connections and Authentication / SSL	Give priority to server ciphersuite order.	\N
standard_conforming_strings	bool	user	\N	\N	\N	\N	on		Version and Platform Compatibility / Previous PostgreSQL Versions	Causes '...' strings to treat backslashes literally.	\N
statement_timeout	integer	user	ms	0	2147483647	\N	0		Client Connection Defaults / Statement Behavior	Sets the maximum allowed duration of any statement.	A value of 0 turns off the timeout.
stats_fetch_consistency	enum	user	\N	\N	\N	none,cache,snapshot	cache		Statistics / Cumulative Query and Index Statistics	Sets the consistency of accesses to statistics data.	\N
superuser_reserved_connections	integer	postmaster	\N	0	262143	\N	3		Connections and Authentication / Connection Settings	Sets the number of connection slots reserved for superusers.	\N
synchronize_seqscans	bool	user	\N	\N	\N	\N	on		Version and Platform Compatibility / Previous PostgreSQL Versions	Enable synchronized sequential scans.	\N
synchronous_commit	enum	user	\N	\N	\N	local,remote_write,remote_apply,on,off	on		Write-Ahead Log / Settings	Sets the current transaction's synchronization level.	\N
synchronous_standby_names	string	sighup	\N	\N	\N	\N			Replication / Primary Server	Number of synchronous standbys and list of names of potential synchronous ones.	\N
syslog_facility	enum	sighup	\N	\N	\N	local0,local1,local2,local3,local4,local5,local6,local7	local0		Reporting and Logging / Where to Log	Sets the syslog "facility" to be used when syslog enabled.	\N
syslog_ident	string	sighup	\N	\N	\N	\N	postgres		Reporting and Logging / Where to Log	Sets the program name used to identify PostgreSQL messages in syslog.	\N
syslog_sequence_numbers	bool	sighup	\N	\N	\N	\N	on		Reporting and Logging / Where to Log	Add sequence number to syslog messages to avoid duplicate suppression.	\N
syslog_split_messages	bool	sighup	\N	\N	\N	\N	on		Reporting and Logging / Where to Log	Split messages sent to syslog by lines and to fit into 1024 bytes.	\N
tcp_keepalives_count	integer	user	\N	0	2147483647	\N	0		Connections and Authentication / TCP Settings	Maximum number of TCP keepalive retransmits.	Number of consecutive keepalive retransmits that can be lost before a connection is considered dead. A value of 0 uses the system default.
tcp_keepalives_idle	integer	user	s	0	2147483647	\N	0		Connections and Authentication / TCP Settings	Time between issuing TCP keepalives.	A value of 0 uses the system default.
tcp_keepalives_interval	integer	user	s	0	2147483647	\N	0		Connections and Authentication / TCP Settings	Time between TCP keepalive retransmits.	A value of 0 uses the system default.
tcp_user_timeout	integer	user	ms	0	2147483647	\N	0		Connections and Authentication / TCP Settings	TCP user timeout.	A value of 0 uses the system default.
temp_buffers	integer	user	8kB	100	1073741823	\N	1024	EXPLAIN	Resource Usage / Memory	Sets the maximum number of temporary buffers used by each session.	\N
temp_file_limit	integer	superuser	kB	-1	2147483647	\N	-1		Resource Usage / Disk	Limits the total size of all temporary files used by each process.	-1 means no limit.
temp_tablespaces	string	user	\N	\N	\N	\N			Client Connection Defaults / Statement Behavior	Sets the tablespace(s) to use for temporary tables and sort files.	\N
timezone_abbreviations	string	user	\N	\N	\N	\N	\N		Client Connection Defaults / Locale and Formatting	Selects a file of time zone abbreviations.	\N
trace_notify	bool	user	\N	\N	\N	\N	off	NOT_IN_SAMPLE	Developer Options	Generates debugging output for LISTEN and NOTIFY.	\N
trace_recovery_messages	enum	sighup	\N	\N	\N	debug5,debug4,debug3,debug2,debug1,log,notice,warning,error	log	NOT_IN_SAMPLE	Developer Options	Enables logging of recovery-related debugging information.	Each level includes all the levels that follow it. The later the level, the fewer messages are sent.
trace_sort	bool	user	\N	\N	\N	\N	off	NOT_IN_SAMPLE	Developer Options	Emit information about resource usage in sorting.	\N
track_activities	bool	superuser	\N	\N	\N	\N	on		Statistics / Cumulative Query and Index Statistics	Collects information about executing commands.	Enables the collection of information on the currently executing command of each session, along with the time at which that command began execution.
track_activity_query_size	integer	postmaster	B	100	1048576	\N	1024		Statistics / Cumulative Query and Index Statistics	Sets the size reserved for pg_stat_activity.query, in bytes.	\N
track_commit_timestamp	bool	postmaster	\N	\N	\N	\N	off		Replication / Sending Servers	Collects transaction commit time.	\N
track_counts	bool	superuser	\N	\N	\N	\N	on		Statistics / Cumulative Query and Index Statistics	Collects statistics on database activity.	\N
track_functions	enum	superuser	\N	\N	\N	none,pl,all	none		Statistics / Cumulative Query and Index Statistics	Collects function-level statistics on database activity.	\N
track_io_timing	bool	superuser	\N	\N	\N	\N	off		Statistics / Cumulative Query and Index Statistics	Collects timing statistics for database I/O activity.	\N
track_wal_io_timing	bool	superuser	\N	\N	\N	\N	off		Statistics / Cumulative Query and Index Statistics	Collects timing statistics for WAL I/O activity.	\N
transaction_deferrable	bool	user	\N	\N	\N	\N	off	NO_RESET,NO_RESET_ALL,NOT_IN_SAMPLE	Client Connection Defaults / Statement Behavior	Whether to defer a read-only serializable transaction until it can be executed with no possible serialization failures.	\N
transaction_isolation	enum	user	\N	\N	\N	serializable,repeatable read,read committed,read uncommitted	read committed	NO_RESET,NO_RESET_ALL,NOT_IN_SAMPLE	Client Connection Defaults / Statement Behavior	Sets the current transaction's isolation level.	\N
transaction_read_only	bool	user	\N	\N	\N	\N	off	NO_RESET,NO_RESET_ALL,NOT_IN_SAMPLE	Client Connection Defaults / Statement Behavior	Sets the current transaction's read-only status.	\N
transform_null_equals	bool	user	\N	\N	\N	\N	off		Version and Platform Compatibility / Other Platforms and Clients	Treats "expr=NULL" as "expr IS NULL".	When turned on, expressions of the form expr = NULL (or NULL = expr) are treated as expr IS NULL, that is, they return true if expr evaluates to the null value, and false otherwise. The correct behavior of expr = NULL is to always return null (unknown).
unix_socket_directories	string	postmaster	\N	\N	\N	\N	/tmp		Connections and Authentication / Connection Settings	Sets the directories where Unix-domain sockets will be created.	\N
unix_socket_group	string	postmaster	\N	\N	\N	\N			Connections and Authentication / Connection Settings	Sets the owning group of the Unix-domain socket.	The owning user of the socket is always the user that starts the server.
unix_socket_permissions	integer	postmaster	\N	0	511	\N	511		Connections and Authentication / Connection Settings	Sets the access permissions of the Unix-domain socket.	Unix-domain sockets use the usual Unix file system permission set. The parameter value is expected to be a numeric mode specification in the form accepted by the chmod and umask system calls. (To use the customary octal format the number must start with a 0 (zero).)
update_process_title	bool	superuser	\N	\N	\N	\N	on		Reporting and Logging / Process Title	Updates the process title to show the active SQL command.	Enables updating of the process title every time a new SQL command is received by the server.
vacuum_buffer_usage_limit	integer	user	kB	0	16777216	\N	256		Resource Usage / Memory	Sets the buffer pool size for VACUUM, ANALYZE, and autovacuum.	\N
vacuum_cost_delay	real	user	ms	0	100	\N	0		Resource Usage / Cost-Based Vacuum Delay	Vacuum cost delay in milliseconds.	\N
vacuum_cost_limit	integer	user	\N	1	10000	\N	200		Resource Usage / Cost-Based Vacuum Delay	Vacuum cost amount available before napping.	\N
vacuum_cost_page_dirty	integer	user	\N	0	10000	\N	20		Resource Usage / Cost-Based Vacuum Delay	Vacuum cost for a page dirtied by vacuum.	\N
vacuum_cost_page_hit	integer	user	\N	0	10000	\N	1		Resource Usage / Cost-Based Vacuum Delay	Vacuum cost for a page found in the buffer cache.	\N
vacuum_cost_page_miss	integer	user	\N	0	10000	\N	2		Resource Usage / Cost-Based Vacuum Delay	Vacuum cost for a page not found in the buffer cache.	\N
vacuum_failsafe_age	integer	user	\N	0	2100000000	\N	1600000000		Client Connection Defaults / Statement Behavior	Age at which VACUUM should trigger failsafe to avoid a wraparound outage.	\N
vacuum_freeze_min_age	integer	user	\N	0	1000000000	\N	50000000		Client Connection Defaults / Statement Behavior	Minimum age at which VACUUM should freeze a table row.	\N
vacuum_freeze_table_age	integer	user	\N	0	2000000000	\N	150000000		Client Connection Defaults / Statement Behavior	Age at which VACUUM should scan whole table to freeze tuples.	\N
vacuum_multixact_failsafe_age	integer	user	\N	0	2100000000	\N	1600000000		Client Connection Defaults / Statement Behavior	Multixact age at which VACUUM should trigger failsafe to avoid a wraparound outage.	\N
vacuum_multixact_freeze_min_age	integer	user	\N	0	1000000000	\N	5000000		Client Connection Defaults / Statement Behavior	Minimum age at which VACUUM should freeze a MultiXactId in a table row.	\N
vacuum_multixact_freeze_table_age	integer	user	\N	0	2000000000	\N	150000000		Client Connection Defaults / Statement Behavior	Multixact age at which VACUUM should scan whole table to freeze tuples.	\N
wal_block_size	integer	internal	\N	8192	8192	\N	8192	NOT_IN_SAMPLE	Preset Options	Shows the block size in the write ahead log.	\N
wal_buffers	integer	postmaster	8kB	-1	262143	\N	-1		Write-Ahead Log / Settings	Sets the number of disk-page buffers in shared memory for WAL.	\N
wal_compression	enum	superuser	\N	\N	\N	pglz,on,off	off		Write-Ahead Log / Settings	Compresses full-page writes written in WAL file with specified method.	\N
wal_consistency_checking	string	superuser	\N	\N	\N	\N		NOT_IN_SAMPLE	Developer Options	Sets the WAL resource managers for which WAL consistency checks are done.	Full-page images will be logged for all data blocks and cross-checked against the results of WAL replay.
wal_decode_buffer_size	integer	postmaster	B	65536	1073741823	\N	524288		Write-Ahead Log / Recovery	Buffer size for reading ahead in the WAL during recovery.	Maximum distance to read ahead in the WAL to prefetch referenced data blocks.
wal_init_zero	bool	superuser	\N	\N	\N	\N	on		Write-Ahead Log / Settings	Writes zeroes to new WAL files before first use.	\N
wal_keep_size	integer	sighup	MB	0	2147483647	\N	0		Replication / Sending Servers	Sets the size of WAL files held for standby servers.	\N
wal_level	enum	postmaster	\N	\N	\N	minimal,replica,logical	replica		Write-Ahead Log / Settings	Sets the level of information written to the WAL.	\N
wal_log_hints	bool	postmaster	\N	\N	\N	\N	off		Write-Ahead Log / Settings	Writes full pages to WAL when first modified after a checkpoint, even for a non-critical modification.	\N
wal_receiver_create_temp_slot	bool	sighup	\N	\N	\N	\N	off		Replication / Standby Servers	Sets whether a WAL receiver should create a temporary replication slot if no permanent slot is configured.	\N
wal_receiver_status_interval	integer	sighup	s	0	2147483	\N	10		Replication / Standby Servers	Sets the maximum interval between WAL receiver status reports to the sending server.	\N
wal_receiver_timeout	integer	sighup	ms	0	2147483647	\N	60000		Replication / Standby Servers	Sets the maximum wait time to receive data from the sending server.	\N
wal_recycle	bool	superuser	\N	\N	\N	\N	on		Write-Ahead Log / Settings	Recycles WAL files by renaming them.	\N
wal_retrieve_retry_interval	integer	sighup	ms	1	2147483647	\N	5000		Replication / Standby Servers	Sets the time to wait before retrying to retrieve WAL after a failed attempt.	\N
wal_segment_size	integer	internal	B	1048576	1073741824	\N	16777216	NOT_IN_SAMPLE,RUNTIME_COMPUTED	Preset Options	Shows the size of write ahead log segments.	\N
wal_sender_timeout	integer	user	ms	0	2147483647	\N	60000		Replication / Sending Servers	Sets the maximum time to wait for WAL replication.	\N
wal_skip_threshold	integer	user	kB	0	2147483647	\N	2048		Write-Ahead Log / Settings	Minimum size of new file to fsync instead of writing WAL.	\N
wal_sync_method	enum	sighup	\N	\N	\N	fsync,fdatasync,open_sync,open_datasync	fdatasync		Write-Ahead Log / Settings	Selects the method used for forcing WAL updates to disk.	\N
wal_writer_delay	integer	sighup	ms	1	10000	\N	200		Write-Ahead Log / Settings	Time between WAL flushes performed in the WAL writer.	\N
wal_writer_flush_after	integer	sighup	8kB	0	2147483647	\N	128		Write-Ahead Log / Settings	Amount of WAL written out by WAL writer that triggers a flush.	\N
work_mem	integer	user	kB	64	2147483647	\N	4096	EXPLAIN	Resource Usage / Memory	Sets the maximum memory to be used for query workspaces.	This much memory can be used by each internal sort operation and hash table before switching to temporary disk files.
xmlbinary	enum	user	\N	\N	\N	base64,hex	base64		Client Connection Defaults / Statement Behavior	Sets how binary values are to be encoded in XML.	\N
xmloption	enum	user	\N	\N	\N	content,document	content		Client Connection Defaults / Statement Behavior	Sets whether XML data in implicit parsing and serialization operations is to be considered as documents or content fragments.	\N
zero_damaged_pages	bool	superuser	\N	\N	\N	\N	off	NOT_IN_SAMPLE	Developer Options	Continues processing past damaged page headers.	Detection of a damaged page header normally causes PostgreSQL to report an error, aborting the current transaction. Setting zero_damaged_pages to true causes the system to instead report a warning, zero out the damaged page, and continue processing. This behavior will destroy data, namely all the rows on the damaged page.`;
