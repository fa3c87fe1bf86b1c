// lib/pq under database/sql: prints what it sees, the same against every PostgreSQL.
package main

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"github.com/lib/pq"
)

func must(err error) {
	if err != nil {
		panic(err)
	}
}

func failing(db *sql.DB, statement string) {
	_, err := db.Exec(statement)
	var known *pq.Error
	if errors.As(err, &known) {
		fmt.Println(known.Code, known.Code.Name(), known.Message, known.Position, known.Constraint)
	}
}

func types(db *sql.DB) {
	fmt.Println("types")
	made := time.Date(2024, 2, 29, 12, 30, 1, 5000, time.UTC)
	_, err := db.Exec("insert into go_item values ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
		1, "näme", "12.30", pq.Array([]string{"a", "b\"c"}), []byte{0, 255}, true, int64(1)<<62, 0.1, made)
	must(err)
	var (
		id, big int64
		name    string
		price   string
		tags    []string
		raw     []byte
		flag    bool
		ratio   float64
		at      time.Time
	)
	must(db.QueryRow("select * from go_item where id = $1", 1).Scan(&id, &name, &price, pq.Array(&tags), &raw, &flag, &big, &ratio, &at))
	fmt.Println(id, name, price, tags, raw, flag, big, ratio, at.UTC())
	rows, err := db.Query("select * from go_item")
	must(err)
	columns, err := rows.ColumnTypes()
	must(err)
	for _, column := range columns {
		fmt.Print(column.Name(), " ", column.DatabaseTypeName(), "; ")
	}
	fmt.Println()
	must(rows.Close())
	var null sql.NullInt64
	must(db.QueryRow("select null::int").Scan(&null))
	fmt.Println(null)
}

func copyIn(db *sql.DB) {
	fmt.Println("copy")
	tx, err := db.Begin()
	must(err)
	statement, err := tx.Prepare(pq.CopyIn("go_item", "id", "name"))
	must(err)
	for n := 100; n < 600; n++ {
		_, err = statement.Exec(n, fmt.Sprintf("name\t%d", n))
		must(err)
	}
	_, err = statement.Exec()
	must(err)
	must(statement.Close())
	must(tx.Commit())
	var count, sum int
	must(db.QueryRow("select count(*), sum(id) from go_item").Scan(&count, &sum))
	fmt.Println(count, sum)
}

func transactions(db *sql.DB) {
	fmt.Println("transactions")
	statement, err := db.Prepare("select $1::int + $2::int")
	must(err)
	for n := 0; n < 3; n++ {
		var sum int
		must(statement.QueryRow(n, 10).Scan(&sum))
		fmt.Println(sum)
	}
	must(statement.Close())
	attempts := 0
	for {
		attempts++
		tx, err := db.BeginTx(context.Background(), &sql.TxOptions{Isolation: sql.LevelRepeatableRead})
		must(err)
		var name string
		must(tx.QueryRow("select name from go_item where id = 100").Scan(&name))
		if attempts == 1 {
			_, err = db.Exec("update go_item set name = 'rival' where id = 100")
			must(err)
		}
		_, err = tx.Exec("update go_item set name = name || '+own' where id = 100")
		if err == nil {
			err = tx.Commit()
		}
		if err == nil {
			break
		}
		_ = tx.Rollback()
		var known *pq.Error
		if !errors.As(err, &known) || known.Code != "40001" {
			panic(err)
		}
		fmt.Println(known.Code)
	}
	var name string
	must(db.QueryRow("select name from go_item where id = 100").Scan(&name))
	fmt.Println(attempts, name)
	_, err = db.BeginTx(context.Background(), &sql.TxOptions{ReadOnly: true})
	must(err)
}

func cancel(db *sql.DB) {
	fmt.Println("cancel")
	limited, stop := context.WithTimeout(context.Background(), 300*time.Millisecond)
	defer stop()
	_, err := db.ExecContext(limited, "select pg_sleep(30)")
	fmt.Println(err)
	rows, err := db.Query("select i, repeat('x', 100) from generate_series(1, 100000) i")
	must(err)
	total, wide := 0, ""
	for rows.Next() {
		var n int
		must(rows.Scan(&n, &wide))
		total += n
	}
	must(rows.Err())
	fmt.Println(total)
}

func main() {
	db, err := sql.Open("postgres", "sslmode=disable")
	must(err)
	for _, statement := range []string{
		"drop table if exists go_item",
		"create table go_item (id int primary key, name text, price numeric, tags text[], raw bytea, flag boolean, big bigint, ratio float8, made timestamptz)",
	} {
		_, err = db.Exec(statement)
		must(err)
	}
	types(db)
	copyIn(db)
	transactions(db)
	cancel(db)
	fmt.Println("errors")
	for _, statement := range []string{"select 1/0", "selec 1", "select * from nosuch", "insert into go_item (id) values (1)", "select 'x'::int"} {
		failing(db, statement)
	}
	listener := pq.NewListener("sslmode=disable", time.Second, time.Second, nil)
	must(listener.Listen("go_channel"))
	_, err = db.Exec("notify go_channel, 'hello'")
	must(err)
	notice := <-listener.Notify
	fmt.Println(notice.Channel, notice.Extra)
	must(listener.Close())
	_, err = db.Exec("drop table go_item")
	must(err)
}
