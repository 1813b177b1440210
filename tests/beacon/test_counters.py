"""VS Code, CPU, GPU and network."""
import os
import socket
from pathlib import Path

from support import Place, module, moment, until

LISTENER = """
import socket, sys, os
if sys.argv[1] == "tcp":
    server = socket.socket(); server.bind(("127.0.0.1", 0)); where = str(server.getsockname()[1])
else:
    where = sys.argv[1]; server = socket.socket(socket.AF_UNIX); server.bind(where)
server.listen()
open(sys.argv[2] + ".new", "w").write(where); os.rename(sys.argv[2] + ".new", sys.argv[2])
if "self" in sys.argv:
    own = socket.create_connection(server.getsockname())
held = []
while True:
    held.append(server.accept()[0])
"""


class VsCode(Place):
    def server(self, kind, *more):
        folder = self.home / ".vscode-server" / "bin" / "0123abcd" / "out"
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "server-main.js").write_text(LISTENER)
        where = self.dir / "where"
        one = self.start("/usr/bin/python3", folder / "server-main.js", kind, where, *more)
        until(where.exists, "it listens")
        return one, where.read_text()

    def test_a_connected_client_is_work(self):
        self.assertEqual(self.look()["vscode"]["state"], "absent")
        _, port = self.server("tcp", "self")  # the server's connection to itself is no client
        seen = self.look()
        self.assertEqual((seen["vscode"]["state"], seen["vscode"]["detail"]), ("quiet", "a server, no client"))
        with socket.create_connection(("127.0.0.1", int(port))):
            self.assertEqual(self.look_until("vscode", "active")["vscode"]["detail"], "1 connection")
        # The server here never closes its end; a connection that only one side holds open is none.
        seen = self.look_until("vscode", "quiet")
        self.assertIsNotNone(seen["vscode"]["lastActive"])

    def test_over_a_unix_socket(self):
        _, path = self.server(str(self.dir / "code.sock"))
        self.assertEqual(self.look()["vscode"]["state"], "quiet")
        with socket.socket(socket.AF_UNIX) as client:
            client.connect(path)
            self.assertEqual(self.look_until("vscode", "active")["vscode"]["detail"], "1 connection")

    def test_what_listens_for_the_servers_helpers_is_not_where_clients_come(self):
        folder = self.home / ".vscode-server" / "bin"
        folder.mkdir(parents=True)
        (folder / "bootstrap-fork").write_text(LISTENER)
        where = self.dir / "helper"
        self.server("tcp")
        self.start("/usr/bin/python3", folder / "bootstrap-fork", "tcp", where, "--type=extensionHost")
        until(where.exists, "the helper listens")
        with socket.create_connection(("127.0.0.1", int(where.read_text()))):
            self.assertEqual(self.look()["vscode"]["state"], "quiet")


def ticks(busy, idle):
    return f"cpu  {busy} 0 0 {idle} 0 0 0 0 0 0\n"


class Cpu(Place):
    def test_a_busy_loop_is_seen(self):
        self.look()
        self.start("sh", "-c", "while :; do :; done")
        share = 100 / os.cpu_count()
        # Half of one core at least, by the real counters, however busy the computer is otherwise.
        until(lambda: self.look()["cpu"]["peaks"][-1]["value"] >= share / 2, "the loop")

    def test_peaks_answer_for_every_threshold(self):
        busy, idle = 0, 0
        for percent in (0, 40, 91, 12, 30, 30, 3, 5):
            busy, idle = busy + percent * 10, idle + (100 - percent) * 10
            self.file("proc/stat", ticks(busy, idle))
            if (self.state / "state.json").exists():
                self.age(300)
            seen = self.look()
        peaks = seen["cpu"]["peaks"]
        self.assertEqual([peak["value"] for peak in peaks], [91.0, 30.0, 5.0])
        at = [self.seconds(seen, peak) for peak in peaks]
        for found, wanted in zip(at, (5 * 300, 2 * 300, 0)):
            self.assertAlmostEqual(found, wanted, delta=30)

    def seconds(self, seen, peak):
        return (moment(seen.document["at"]) - moment(peak["at"])).total_seconds()

    def test_counters_that_cannot_be_read_are_unknown_and_that_sticks(self):
        self.file("proc/stat", "nothing here\n")
        seen = self.look()
        self.assertEqual(seen["cpu"]["state"], "unknown")
        failed = seen["cpu"]["lastActive"]
        del self.fake["proc/stat"]
        seen = self.look()
        self.assertEqual((seen["cpu"]["state"], seen["cpu"]["lastActive"]), ("quiet", failed))

    def test_waiting_for_a_disk_is_not_busy_and_counters_may_go_back(self):
        script = module()
        script.FIRST_SAMPLE = 0
        script.container_cpu = lambda: None  # else this computer's own may be looked at
        script.cpu_ticks = lambda: [50, 200]
        self.assertEqual(script.look_cpu([60, 100])[0], 0.0)
        self.assertEqual(script.look_cpu(None)[0], 0.0)
        self.assertEqual(script.look_cpu([0, 100])[0], 50.0)

    def test_peaks_are_bounded_and_err_to_work(self):
        script = module()
        peaks, samples = [], []
        for step in range(1000):
            value = 1000 - step * 0.9 + (step % 7) / 10
            samples.append((f"{step:04}", value))
            peaks = script.add_peak(peaks, f"{step:04}", value)
        self.assertLessEqual(len(peaks), script.MOST_PEAKS)
        self.assertEqual((peaks[-1]["at"], peaks[-1]["value"]), samples[-1])
        values = [peak["value"] for peak in peaks]
        self.assertEqual(values, sorted(set(values), reverse=True))
        for threshold in range(100, 1001, 10):
            true = max((at for at, value in samples if value >= threshold), default="")
            said = max((peak["at"] for peak in peaks if peak["value"] >= threshold), default="")
            self.assertGreaterEqual(said, true, threshold)


class Container(Place):
    """A container's own share: /proc/stat is that of a host on which others work, too."""

    def used(self, seconds, limit="100000 100000"):
        self.file("sys/fs/cgroup/cpu.stat", f"usage_usec {int(seconds * 1e6)}\nuser_usec 0\nsystem_usec 0\n")
        self.file("sys/fs/cgroup/cpu.max", limit + "\n")
        # Its neighbours are as busy as can be.
        self.file("proc/stat", ticks(10 ** 6 + int(seconds * 100), 0))

    def after(self, seconds, used, limit="100000 100000"):
        self.used(1000, limit)
        self.look()
        self.age(seconds)
        self.used(1000 + used, limit)
        return self.look()["cpu"]["peaks"][-1]["value"]

    def test_it_is_per_cent_of_what_it_may_use(self):
        # Half of a processor, of one; on a host of fifty that were one per cent.
        self.assertAlmostEqual(self.after(100, 50), 50, delta=10)
        self.assertEqual(self.after(100, 0), 0.0)

    def test_without_a_limit_of_its_own_it_may_use_all_that_it_may_run_on(self):
        most = len(os.sched_getaffinity(0))
        self.assertAlmostEqual(self.after(100, 50 * most, "max 100000"), 50, delta=10)
        self.assertAlmostEqual(self.after(100, 50 * most, f"{10 * most}00000 100000"), 50, delta=10)

    def test_the_first_version_of_control_groups(self):
        def used(seconds):
            self.file("sys/fs/cgroup/cpuacct/cpuacct.usage", f"{int(seconds * 1e9)}\n")
            self.file("sys/fs/cgroup/cpu/cpu.cfs_quota_us", "50000\n")
            self.file("sys/fs/cgroup/cpu/cpu.cfs_period_us", "100000\n")
        used(7)
        self.look()
        self.age(100)
        used(7 + 25)
        self.assertAlmostEqual(self.look()["cpu"]["peaks"][-1]["value"], 50, delta=10)

    def test_without_a_limit_the_first_version_has_all_processors_that_it_may_run_on(self):
        most = len(os.sched_getaffinity(0))

        def used(seconds):
            self.file("sys/fs/cgroup/cpuacct/cpuacct.usage", f"{int(seconds * 1e9)}\n")
            self.file("sys/fs/cgroup/cpu/cpu.cfs_quota_us", "-1\n")
            self.file("sys/fs/cgroup/cpu/cpu.cfs_period_us", "100000\n")
        used(7)
        # What the whole host does is not this container's.
        self.file("proc/stat", ticks(0, 0))
        self.look()
        self.age(100)
        used(7 + 50 * most)
        self.file("proc/stat", ticks(10, 990))
        self.assertAlmostEqual(self.look()["cpu"]["peaks"][-1]["value"], 50, delta=10)

    def test_one_that_was_made_anew_begins_anew(self):
        self.used(1000)
        self.look()
        self.age(100)
        self.used(3)
        self.assertEqual(self.look()["cpu"]["peaks"][-1]["value"], 0.0)

    def test_what_cannot_be_read_is_unknown(self):
        for limit in ("", "x y", "100000 0", "max"):
            self.used(1000, limit)
            self.assertEqual(self.look()["cpu"]["state"], "unknown", limit)
        self.used(1000)
        self.file("sys/fs/cgroup/cpu.stat", "nothing here\n")
        self.assertEqual(self.look()["cpu"]["detail"], "what this container may use could not be read")


class Network(Place):
    def interfaces(self, **totals):
        lines = "".join(f"  {name}: {total} 1 0 0 0 0 0 0 {total} 1 0 0 0 0 0 0\n" for name, total in totals.items())
        self.file("proc/net/dev", "Inter-|\n face |\n" + lines)

    def test_bytes_in_and_out_of_all_but_loopback(self):
        self.interfaces(lo=0, eth0=1000, docker0=10)
        self.look()
        self.age(100)
        self.interfaces(lo=10 ** 12, eth0=50_001_000, docker0=10, veth1=1_000_000)
        value = self.look()["network"]["peaks"][0]["value"]
        self.assertAlmostEqual(value, 2 * 51_000_000 / 100, delta=2 * 51_000_000 / 100 * 0.2)
        self.age(100)
        self.interfaces(eth0=1_000_000)  # made anew: what it counts now is what it has moved
        peaks = self.look()["network"]["peaks"]
        self.assertAlmostEqual(peaks[-1]["value"], 2 * 1_000_000 / 100, delta=4000)

    def test_what_containers_move_over_a_bridge_is_counted_once(self):
        # As on an instance with Docker: a device and the faster one behind it, a bridge, and the cable of a container.
        for name in ("eth0", "enP1s2"):
            self.file(f"sys/class/net/{name}/device/vendor", "0x1414\n")
        (self.root / "sys/class/net/enP1s2").mkdir(parents=True, exist_ok=True)
        (self.root / "sys/class/net/enP1s2/master").symlink_to("../eth0")
        for name in ("docker0", "veth1", "lo"):
            self.file(f"sys/class/net/{name}/address", "00:00:00:00:00:00\n")
        self.interfaces(lo=0, eth0=0, enP1s2=0, docker0=0, veth1=0)
        self.look()
        self.age(100)
        self.interfaces(lo=0, eth0=10_000_000, enP1s2=10_000_000, docker0=10_000_000, veth1=10_000_000)
        value = self.look()["network"]["peaks"][0]["value"]
        self.assertAlmostEqual(value, 2 * 10_000_000 / 100, delta=2 * 10_000_000 / 100 * 0.2)

    def test_the_real_interfaces(self):
        self.file("proc/net/dev", Path("/proc/net/dev").read_text())
        value = self.look()["network"]["peaks"][-1]["value"]
        self.assertIsInstance(value, int)
        self.assertGreaterEqual(value, 0)

    def test_unreadable_counters_are_unknown(self):
        self.file("proc/net/dev", "x\ny\nz\n")
        self.assertEqual(self.look()["network"]["state"], "unknown")


class Gpu(Place):
    def card(self, vendor="0x10de"):
        self.file("sys/bus/pci/devices/0001/vendor", vendor + "\n")

    def smi(self, text):
        self.program("nvidia-smi", "#!/bin/sh\n" + text)

    TWO = """case "$1" in
*gpu=utilization.gpu) printf '3\\n88\\n' ;;
*compute-apps=pid) printf '101\\n102\\n103\\n' ;;
*) exit 1 ;;
esac
"""

    def test_no_command_is_no_gpu(self):
        self.assertEqual(self.look()["gpu"], {"name": "gpu", "state": "absent", "lastActive": None, "detail": ""})

    def test_the_busiest_counts_and_programs_are_told(self):
        self.smi(self.TWO)
        seen = self.look()["gpu"]
        self.assertEqual((seen["state"], seen["detail"], seen["peaks"][0]["value"]), ("quiet", "2 GPUs, 3 programs", 88.0))

    def test_a_broken_one_is_unknown_where_there_is_a_gpu(self):
        for text in ("exit 9\n", "echo Failed to initialize NVML\n", "echo '[N/A]'\n", "echo 3; echo '[Not Supported]'\n", "true\n", "echo 180\n"):
            self.smi(text)
            self.card()
            self.assertEqual(self.look()["gpu"]["state"], "unknown", text)

    def test_a_failing_one_without_any_nvidia_card_is_no_gpu(self):
        self.smi("exit 9\n")
        self.card("0x1414")
        self.assertEqual(self.look()["gpu"]["state"], "absent")

    def test_a_card_with_a_driver_and_no_command_is_unknown(self):
        self.file("proc/driver/nvidia/gpus/0/information", "")
        self.assertEqual(self.look()["gpu"]["state"], "unknown")

    def test_a_slow_one_is_unknown_and_holds_nobody_up(self):
        self.smi("exec sleep 1000\n")
        self.card()
        seen = self.look()
        self.assertEqual((seen["gpu"]["state"], seen["gpu"]["detail"]), ("unknown", "nvidia-smi did not answer"))
        self.assertEqual(seen["cpu"]["state"], "quiet")
