"""Django: schema editor, models, inspectdb, transactions, retry."""
import io, json, os, sys, types
import django
from django.conf import settings

module = types.ModuleType("dj")
module.__path__ = [os.path.dirname(__file__)]
sys.modules["dj"] = module
settings.configure(
    DATABASES={"default": {"ENGINE": "django.db.backends.postgresql", "HOST": "127.0.0.1", "PORT": sys.argv[1], "USER": "postgres",
                           "NAME": "postgres", "OPTIONS": {"sslmode": "disable"}}},
    INSTALLED_APPS=["django.contrib.contenttypes", "django.contrib.auth", "dj"], USE_TZ=True, DEFAULT_AUTO_FIELD="django.db.models.BigAutoField",
    SECRET_KEY="x")
django.setup()
from django.contrib.auth.models import Group, User
from django.contrib.postgres.fields import ArrayField
from django.core.management import call_command
from django.db import IntegrityError, OperationalError, connection, models, transaction
from django.db.models import Count, F, Q, Sum


def show(label, value):
    print(f"{label}: {json.dumps(value, default=str, sort_keys=True)}")


class Author(models.Model):
    name = models.CharField(max_length=40, unique=True)
    facts = models.JSONField(null=True)
    tags = ArrayField(models.TextField(), default=list)
    score = models.DecimalField(max_digits=8, decimal_places=2, default="1.50")

    class Meta:
        app_label = "dj"
        db_table = "dj_author"
        constraints = [models.CheckConstraint(check=Q(score__gte=0), name="dj_score")]
        indexes = [models.Index(fields=["-score"], name="dj_by_score")]


class Book(models.Model):
    author = models.ForeignKey(Author, models.CASCADE, related_name="books")
    title = models.TextField(db_index=True)
    views = models.IntegerField(default=0)

    class Meta:
        app_label = "dj"
        db_table = "dj_book"
        unique_together = [("author", "title")]


out = io.StringIO()
call_command("migrate", stdout=out, no_color=True)
show("migrated", out.getvalue())
out = io.StringIO()
call_command("showmigrations", stdout=out, no_color=True)
show("shown", out.getvalue())
with connection.schema_editor() as editor:
    editor.create_model(Author)
    editor.create_model(Book)
with connection.schema_editor() as editor:
    field = models.IntegerField(default=7)
    field.set_attributes_from_name("extra")
    editor.add_field(Book, field)
    changed = models.TextField(null=True)
    changed.set_attributes_from_name("extra")
    editor.alter_field(Book, field, changed)
    editor.remove_field(Book, changed)
out = io.StringIO()
call_command("inspectdb", "dj_author", "dj_book", stdout=out)
show("inspected", out.getvalue())
with connection.cursor() as cursor:
    for table in ("dj_author", "dj_book"):
        constraints = connection.introspection.get_constraints(cursor, table)
        show("constraints", sorted(json.dumps(c, default=str, sort_keys=True) for c in constraints.values()))
ann = Author.objects.create(name="Ann", facts={"a": [1, {"b": None}]}, tags=["x", "y"])
Book.objects.bulk_create([Book(author=ann, title="One"), Book(author=ann, title="Two", views=3)])
Author.objects.bulk_create([Author(name="Ann"), Author(name="Bob")], ignore_conflicts=True)
show("authors", list(Author.objects.order_by("name").values("name", "facts", "tags", "score")))
show("counted", list(Author.objects.annotate(n=Count("books"), v=Sum("books__views")).order_by("name").values_list("name", "n", "v")))
show("filtered", list(Author.objects.filter(Q(facts__a__0=1) | Q(tags__contains=["z"])).values_list("name", flat=True)))
show("prefetched", [[b.title for b in a.books.all()] for a in Author.objects.prefetch_related("books").order_by("name")])
Book.objects.filter(title="One").update(views=F("views") + 5)
show("created", Author.objects.get_or_create(name="Cid")[1])
show("updated", Author.objects.update_or_create(name="Cid", defaults={"score": 4})[1])
show("locked", list(Book.objects.none()))
user = User.objects.create_user("u", "u@example.com", "secret")
user.groups.add(Group.objects.create(name="g"))
show("permissions", user.has_perm("auth.add_user"))
for label, work in (("unique", lambda: Author.objects.create(name="Ann")), ("check", lambda: Author.objects.create(name="neg", score=-1))):
    try:
        with transaction.atomic():
            work()
    except IntegrityError as error:
        show(label, error.__cause__.pgcode)
with transaction.atomic():
    Book.objects.create(author=ann, title="in")
    try:
        with transaction.atomic():
            Book.objects.create(author=ann, title="inner")
            raise ValueError
    except ValueError:
        pass
show("titles", list(Book.objects.order_by("id").values_list("title", flat=True)))
lost = 0
while True:
    try:
        with transaction.atomic():
            connection.cursor().execute("set transaction isolation level repeatable read")
            book = Book.objects.get(title="Two")
            if lost == 0:
                import psycopg2
                other = psycopg2.connect(host="127.0.0.1", port=sys.argv[1], user="postgres", dbname="postgres", sslmode="disable")
                other.cursor().execute("update dj_book set views = 100 where title = 'Two'")
                other.commit()
                other.close()
            book.views += 1
            book.save()
        break
    except OperationalError as error:
        if error.__cause__.pgcode != "40001" or lost > 5:
            raise
        lost += 1
show("retried", [lost, Book.objects.get(title="Two").views])
show("deleted", Author.objects.filter(name="Ann").delete())
