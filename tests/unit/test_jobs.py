"""What a failed job tells the run that started it."""

import io
import os
import subprocess
import sys

from advieskloof import run

JOB = """\
import sys
from advieskloof import jobs
for number in range(300):
    # A half line of somebody else's, as Snakemake and libraries leave.
    sys.stderr.write("half a line")
    jobs.send(f"{sys.argv[1]}: message {number}")
"""


def test_messages_of_jobs_at_once_arrive_whole():
    reading, writing = os.pipe()
    # Without a buffer, which is how containers often run Python, print sends line ends apart.
    unbuffered = {**os.environ, "PYTHONUNBUFFERED": "1"}
    jobs = [
        subprocess.Popen([sys.executable, "-c", JOB, name], stderr=writing, env=unbuffered)
        for name in ("one", "other")
    ]
    os.close(writing)
    with open(reading, encoding="utf-8") as stream:
        messages = run._follow(stream, io.StringIO())
    assert [job.wait() for job in jobs] == [0, 0]
    expected = [f"{name}: message {number}" for name in ("one", "other") for number in range(300)]
    assert sorted(messages) == sorted(expected)
