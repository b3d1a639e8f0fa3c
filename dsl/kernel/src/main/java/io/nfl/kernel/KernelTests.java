// SPDX-License-Identifier: Apache-2.0
package io.nfl.kernel;

import io.nfl.api.host.KernelProfile.BackEnd;
import io.nfl.iptables.Scripts;
import io.nfl.ir.Policy;
import io.nfl.ir.test.TestCase;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Consumer;

/**
 * Runs the tests of policies on this machine's kernel: each in a fresh network namespace, with the emitted scripts. The
 * host's own rules, routes and devices are never touched.
 */
public final class KernelTests implements AutoCloseable {
    private final KernelAccess access;
    private final Toolbox toolbox;
    private final ExecutorService workers;
    private final ConcurrentLinkedQueue<Pair> idle = new ConcurrentLinkedQueue<>();

    /** A driver and a comparer that work together. */
    private record Pair(Tool driver, Tool comparer) {
        void close() {
            driver.close();
            comparer.close();
        }
    }

    private KernelTests(final KernelAccess access, final Toolbox toolbox, final ExecutorService workers) {
        this.access = access;
        this.toolbox = toolbox;
        this.workers = workers;
    }

    /** @param parallel how many namespaces at once; one that sleeps costs nothing */
    public static KernelTests open(final KernelAccess access, final int parallel) throws IOException {
        return new KernelTests(access, Toolbox.unpack(), Executors.newFixedThreadPool(parallel, task -> {
            final Thread thread = new Thread(task, "nfl-kernel");
            thread.setDaemon(true);
            return thread;
        }));
    }

    /** Refuses a policy that names users where there are none but root. */
    public void requireUsers(final Policy policy) throws KernelAccess.Refused {
        access.requireUsers(KernelScenario.namesUsers(policy));
    }

    /**
     * Runs tests of a policy.
     *
     * @param done is told each verdict as it comes, from several threads
     * @return by test, and in it by back end, in the orders given
     */
    public List<KernelVerdict> run(
            final Policy policy,
            final List<TestCase> tests,
            final List<BackEnd> backEnds,
            final Consumer<KernelVerdict> done)
            throws IOException, InterruptedException {
        return run(policy, Scripts.of(policy, false), tests, backEnds, done);
    }

    /** With scripts that are not the policy's own, as a fault in them would be. */
    List<KernelVerdict> run(
            final Policy policy,
            final Map<String, String> scripts,
            final List<TestCase> cases,
            final List<BackEnd> backEnds,
            final Consumer<KernelVerdict> done)
            throws IOException, InterruptedException {
        final KernelScenario scenario = KernelScenario.of(policy, scripts, toolbox.folder());
        final List<Callable<KernelVerdict>> tasks = new ArrayList<>();
        for (final TestCase test : cases) {
            for (final BackEnd backEnd : backEnds) {
                tasks.add(() -> {
                    final KernelVerdict verdict = one(scenario, test, backEnd);
                    done.accept(verdict);
                    return verdict;
                });
            }
        }
        final List<KernelVerdict> verdicts = new ArrayList<>();
        for (final Future<KernelVerdict> each : workers.invokeAll(tasks)) {
            try {
                verdicts.add(each.get());
            } catch (final ExecutionException e) {
                if (e.getCause() instanceof IOException failure) {
                    throw failure;
                }
                throw new IllegalStateException(e.getCause());
            }
        }
        return verdicts;
    }

    private KernelVerdict one(final KernelScenario scenario, final TestCase test, final BackEnd backEnd)
            throws IOException, InterruptedException {
        final Pair waiting = idle.poll();
        final Pair pair = waiting == null ? new Pair(toolbox.driver(access), toolbox.comparer()) : waiting;
        try {
            final KernelVerdict verdict = KernelTest.run(scenario, test, backEnd, pair.driver(), pair.comparer());
            idle.add(pair);
            return verdict;
        } catch (final IOException e) {
            pair.close();
            throw e;
        }
    }

    @Override
    public void close() throws IOException {
        workers.shutdownNow();
        idle.forEach(Pair::close);
        toolbox.close();
    }
}
