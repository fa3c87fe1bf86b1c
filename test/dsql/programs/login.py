"""psycopg 3 or 2: logs in with a token, at a name that need not be resolved, and says who it is."""
import importlib
import os
import sys

driver = importlib.import_module(sys.argv[1])
connection = driver.connect(
    host=os.environ["ENDPOINT"],
    hostaddr="127.0.0.1",
    port=os.environ["PORT"],
    user="admin",
    dbname="postgres",
    password=os.environ["TOKEN"],
    sslmode="verify-full",
    sslrootcert=os.environ["AUTHORITY"],
)
cursor = connection.cursor()
cursor.execute("select current_user, version()")
print(*cursor.fetchone(), sep=", ")
