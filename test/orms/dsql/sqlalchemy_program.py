"""SQLAlchemy with a dialect as the service's adapter has it: DDL one by one, ASYNC indexes, sessions, retries."""
import json, sys
from sqlalchemy import (BigInteger, CheckConstraint, Column, ForeignKey, Identity, Index, MetaData, Numeric, String,
                        Text, create_engine, func, inspect, select, text)
from sqlalchemy.dialects.postgresql import JSONB, UUID, insert
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.orm import Session, declarative_base, relationship, selectinload
from sqlalchemy.schema import CreateIndex

url = f"postgresql+psycopg2://admin@127.0.0.1:{sys.argv[1]}/postgres?sslmode=disable"
engine = create_engine(url, pool_size=4)
# An engine of its own: no session of the service may change its default isolation level.
commits = create_engine(url, pool_size=1, isolation_level="AUTOCOMMIT")
Base = declarative_base()
claims = 0


def check(label, actual, expected):
    global claims
    shown = json.loads(json.dumps(actual, default=str))
    assert shown == expected, f"{label}: {shown!r} instead of {expected!r}"
    claims += 1


@compiles(CreateIndex, "postgresql")
def create_index(element, compiler, **options):
    return compiler.visit_create_index(element, **options).replace(" INDEX ", " INDEX ASYNC ", 1)


class User(Base):
    __tablename__ = "sa_user"
    id = Column(UUID(as_uuid=True), primary_key=True, server_default=func.gen_random_uuid())
    name = Column(String(40), nullable=False, unique=True)
    facts = Column(JSONB)
    score = Column(Numeric(8, 2), server_default="1.5")
    posts = relationship("Post", back_populates="user", cascade="all, delete-orphan", order_by="Post.title")
    __table_args__ = (CheckConstraint("score >= 0", name="sa_score"), Index("sa_user_low", func.lower(name)))


class Post(Base):
    __tablename__ = "sa_post"
    id = Column(BigInteger, Identity(cache=65536), primary_key=True)
    user_id = Column(UUID(as_uuid=True), ForeignKey("sa_user.id", ondelete="CASCADE"))
    title = Column(Text, nullable=False)
    views = Column(BigInteger, server_default="0", nullable=False)
    user = relationship("User", back_populates="posts")
    __table_args__ = (Index("sa_titles", "user_id", "title", unique=True, postgresql_include=["views"]),)


def code(error):
    return error.orig.pgcode


def retrying(work):
    lost = 0
    while True:
        try:
            return lost, work(lost)
        except DBAPIError as error:
            if code(error) != "40001" or lost > 30:
                raise
            lost += 1


def refused(label, work, expected):
    try:
        retrying(lambda _: work())
    except DBAPIError as error:
        check(label, code(error), expected)
        return
    raise AssertionError(f"{label}: not refused")


def run(statement):
    with commits.connect() as connection:
        result = connection.execute(text(statement))
        return result.fetchall() if result.returns_rows else []


def settle():
    waiting = "select count(*) from sys.jobs where status in ('submitted', 'processing')"
    while retrying(lambda _: run(waiting))[1][0][0] > 0:
        pass


# What there is already is left alone: a refused statement is simply tried again.
retrying(lambda _: Base.metadata.create_all(commits))
retrying(lambda _: Base.metadata.create_all(commits))
settle()
look = inspect(engine)
columns = [[c["name"], str(c["type"]), c["nullable"]] for c in look.get_columns("sa_post")]
check("columns", columns, [["id", "BIGINT", False], ["user_id", "UUID", True], ["title", "TEXT", False], ["views", "BIGINT", False]])
check("identity", look.get_columns("sa_post")[0]["identity"]["cache"], 65536)
check("key", look.get_pk_constraint("sa_post")["constrained_columns"][:1], ["id"])
check("foreign keys", [[k["constrained_columns"], k["referred_table"], k["options"]] for k in look.get_foreign_keys("sa_post")],
      [[["user_id"], "sa_user", {"ondelete": "CASCADE"}]])
check("unique", [u["column_names"] for u in look.get_unique_constraints("sa_user")], [["name"]])
check("checks", [c["name"] for c in look.get_check_constraints("sa_user")], ["sa_score"])
titles = [i for i in look.get_indexes("sa_post") if i["name"] == "sa_titles"][0]
check("index", [titles["unique"], titles["column_names"], titles["include_columns"]], [True, ["user_id", "title"], ["views"]])
reflected = MetaData()
reflected.reflect(engine, only=["sa_user", "sa_post"])
check("reflected", sorted(reflected.tables), ["sa_post", "sa_user"])
with Session(engine) as session:
    session.add(User(name="Ann", facts={"a": [1]}, posts=[Post(title="One"), Post(title="Two", views=3)]))
    session.add(User(name="Bob"))
    session.commit()
    users = session.execute(select(User).options(selectinload(User.posts)).order_by(User.name)).scalars().all()
    check("loaded", [[u.name, u.facts, u.score, [p.title for p in u.posts]] for u in users],
          [["Ann", {"a": [1]}, "1.50", ["One", "Two"]], ["Bob", None, "1.50", []]])
    joined = session.execute(select(User.name, func.count(Post.id)).outerjoin(Post).group_by(User.name).order_by(User.name))
    check("joined", [list(r) for r in joined], [["Ann", 2], ["Bob", 0]])
    check("json", session.execute(select(User.name).where(User.facts["a"][0].as_integer() == 1)).scalars().all(), ["Ann"])
    upsert = insert(User).values(name="Bob", score=9).on_conflict_do_update(index_elements=["name"], set_={"score": 9})
    check("upsert", [list(r) for r in session.execute(upsert.returning(User.name, User.score))], [["Bob", "9.00"]])
    session.commit()
    check("locked", session.execute(select(User.name).where(User.name == "Bob").with_for_update()).scalar(), "Bob")
    session.rollback()


def adding(row):
    with Session(engine) as session:
        session.add(row)
        session.commit()


def nested():
    with Session(engine) as session:
        session.execute(select(User.id))
        session.begin_nested()
        session.execute(select(User.id))


refused("unique", lambda: adding(User(name="Ann")), "23505")
refused("check", lambda: adding(User(name="neg", score=-1)), "23514")
refused("foreign key", lambda: adding(Post(title="x", user_id="00000000-0000-4000-8000-000000000000")), "23503")
refused("savepoint", nested, "0A000")
refused("share", lambda: Session(engine).execute(select(User.id).with_for_update(read=True)), "0A000")


def change(lost):
    with Session(engine) as session:
        post = session.execute(select(Post).where(Post.title == "Two")).scalar_one()
        if lost == 0:
            with engine.begin() as outside:
                outside.execute(text("update sa_post set views = 100 where title = 'Two'"))
        post.views = post.views + 1
        session.commit()


check("retried", retrying(change)[0], 1)
with Session(engine) as session:
    check("views", session.execute(select(Post.views).where(Post.title == "Two")).scalar(), 101)
retrying(lambda _: run("comment on table sa_user is 'changed'"))
retrying(lambda _: Base.metadata.drop_all(commits))
check("left", [n for n in inspect(engine).get_table_names() if n.startswith("sa_")], [])
print(f"{claims} claims hold")
