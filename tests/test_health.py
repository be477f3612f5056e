"""Health: what a load balancer asks."""

from django.test import Client, override_settings


def test_the_process_answers_without_a_database():
    assert Client().get("/health/live").json() == {"live": True}


def test_ready_when_database_and_broker_answer(db: None):
    assert Client().get("/health/ready").json() == {"database": True, "broker": True}


def test_not_ready_and_says_so_when_the_broker_is_gone(db: None):
    with override_settings(REDIS_URL="redis://127.0.0.1:1/0"):
        answer = Client().get("/health/ready")
    assert (answer.status_code, answer.json()) == (503, {"database": True, "broker": False})
