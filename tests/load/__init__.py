"""How quick the product is with a municipality's ten years in it. Not part of pytest.

createdb load; export DATABASE_URL=postgres:///load
python manage.py migrate && python -m tests.load.fill --records 100000
python -m tests.load.bench
"""
