// SPDX-License-Identifier: Apache-2.0
package io.nfl.engine.state;

import io.nfl.engine.CaseFile;
import java.io.IOException;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** What stateful matches say, packet by packet. */
class StateCasesTest {
    @TestFactory
    Stream<DynamicTest> countsAsTheKernelCounts() throws IOException {
        return CaseFile.tests("state", StateCase::replay);
    }
}
