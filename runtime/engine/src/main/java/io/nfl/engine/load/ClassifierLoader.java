// SPDX-License-Identifier: Apache-2.0
package io.nfl.engine.load;

import io.nfl.api.classify.Classifier;
import io.nfl.api.classify.ClassifierConstants;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;

/** Makes instances of a generated class, hidden or named. Both are collected with their last instance. */
public final class ClassifierLoader {
    /** The package that a class must be in to be loaded hidden: this one, with slashes. */
    public static final String PACKAGE = "io/nfl/engine/load/";

    private final MethodHandle constructor;

    private ClassifierLoader(final MethodHandles.Lookup lookup, final Class<?> loaded) {
        try {
            constructor = lookup.findConstructor(loaded, MethodType.methodType(void.class, ClassifierConstants.class))
                    .asType(MethodType.methodType(Classifier.class, ClassifierConstants.class));
        } catch (final NoSuchMethodException | IllegalAccessException e) {
            throw new IllegalArgumentException(loaded.getName() + " is no generated classifier", e);
        }
    }

    /** A hidden class: no name to clash with, so that policies are swapped while they run. */
    public static ClassifierLoader hidden(final byte[] classFile) {
        try {
            final MethodHandles.Lookup lookup = MethodHandles.lookup().defineHiddenClass(classFile, true);
            return new ClassifierLoader(lookup, lookup.lookupClass());
        } catch (final IllegalAccessException e) {
            throw new IllegalArgumentException("the class is not in package " + PACKAGE, e);
        }
    }

    /** A class with its name in a loader of its own: debuggers and profilers show the policy's lines. */
    public static ClassifierLoader named(final String binaryName, final byte[] classFile) {
        return new ClassifierLoader(MethodHandles.publicLookup(), new ClassFileLoader(binaryName, classFile).define());
    }

    /** A new instance with counters at zero. */
    public Classifier newClassifier(final ClassifierConstants constants) {
        try {
            return (Classifier) constructor.invokeExact(constants);
        } catch (final Error | RuntimeException e) {
            throw e;
        } catch (final Throwable e) {
            throw new IllegalStateException("a generated constructor throws nothing checked", e);
        }
    }

    private static final class ClassFileLoader extends ClassLoader {
        private final String binaryName;
        private final byte[] classFile;

        ClassFileLoader(final String binaryName, final byte[] classFile) {
            super(Classifier.class.getClassLoader());
            this.binaryName = binaryName;
            this.classFile = classFile.clone();
        }

        Class<?> define() {
            return defineClass(binaryName, classFile, 0, classFile.length);
        }
    }
}
