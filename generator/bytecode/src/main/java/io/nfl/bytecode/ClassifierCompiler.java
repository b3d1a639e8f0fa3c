// SPDX-License-Identifier: Apache-2.0
package io.nfl.bytecode;

import io.nfl.api.classify.ClassifierConstants;
import io.nfl.ir.Ruleset;
import org.objectweb.asm.ClassTooLargeException;
import org.objectweb.asm.MethodTooLargeException;

/**
 * From the rules of a family to a class that extends {@link io.nfl.api.classify.Classifier}. It returns bytes;
 * {@code io.nfl.engine.load} loads them. Deterministic.
 */
public final class ClassifierCompiler {
    private ClassifierCompiler() {}

    /**
     * A class and what it is constructed with.
     *
     * @param internalName with slashes
     */
    public record GeneratedClass(String internalName, byte[] classFile, ClassifierConstants constants) {}

    /**
     * @param internalName of the class to be, with slashes
     * @throws ClassLimitException where the rules do not fit into one class
     */
    public static GeneratedClass compile(final Ruleset ruleset, final String internalName) {
        final ClassPlan plan = ClassPlanner.plan(ruleset);
        try {
            return new GeneratedClass(internalName, ClassEmitter.emit(plan, internalName), plan.constants());
        } catch (final ClassTooLargeException e) {
            throw new ClassLimitException(
                    "the rules of " + ruleset.family() + " need " + e.getConstantPoolCount()
                            + " constants, a class has room for 65,535",
                    e);
        } catch (final MethodTooLargeException e) {
            throw new ClassLimitException(
                    "the rules of " + ruleset.family() + " need a method of " + e.getCodeSize()
                            + " bytes, a class has room for 65,535",
                    e);
        }
    }
}
