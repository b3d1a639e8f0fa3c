// SPDX-License-Identifier: Apache-2.0
package io.nfl.house;

import static com.tngtech.archunit.base.DescribedPredicate.alwaysTrue;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.simpleNameEndingWith;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.methods;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import java.time.Clock;
import java.time.Instant;
import java.util.Random;
import java.util.concurrent.ThreadLocalRandom;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The walls of ARCHITECTURE.md that only class files show; the enforcer guards the dependencies between modules. */
@Tag("walls")
class WallsTest {

    private static final String[] RUNTIME = {"io.nfl.api..", "io.nfl.engine..", "io.nfl.io.."};
    private static final String[] GENERATOR = {
        "io.nfl.ir..", "io.nfl.diag..", "io.nfl.check..", "io.nfl.eval..", "io.nfl.iptables..", "io.nfl.bytecode.."
    };
    private static final String[] DSL = {
        "io.nfl.lang..", "io.nfl.compiler..", "io.nfl.kernel..", "io.nfl.cli..", "io.nfl.ide.."
    };
    private static final String[] SAMPLES = {"io.nfl.oracle..", "io.nfl.embed..", "io.nfl.benchmarks.."};

    private static JavaClasses house;

    @BeforeAll
    static void readTheHouse() {
        house = new ClassFileImporter()
                .withImportOption(new ImportOption.DoNotIncludeTests())
                .importPackages("io.nfl");
    }

    @Test
    void everyRoomIsSeen() {
        for (String room : new String[] {"io.nfl.api.net", "io.nfl.engine", "io.nfl.ir", "io.nfl.lang", "io.nfl.cli"}) {
            assertThat(house.stream().map(JavaClass::getPackageName)).contains(room);
        }
    }

    @Test
    void runtimeKnowsNothingOfGeneratorDslAndSamples() {
        noClasses()
                .that()
                .resideInAnyPackage(RUNTIME)
                .should()
                .dependOnClassesThat(resideInAnyPackage(GENERATOR)
                        .or(resideInAnyPackage(DSL))
                        .or(resideInAnyPackage(SAMPLES)))
                .check(house);
    }

    @Test
    void generatorKnowsNothingOfDslAndSamples() {
        noClasses()
                .that()
                .resideInAnyPackage(GENERATOR)
                .should()
                .dependOnClassesThat(resideInAnyPackage(DSL).or(resideInAnyPackage(SAMPLES)))
                .check(house);
    }

    @Test
    void dslKnowsNothingOfSamples() {
        noClasses()
                .that()
                .resideInAnyPackage(DSL)
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(SAMPLES)
                .check(house);
    }

    @Test
    void apiAndEngineHaveTheJdkAlone() {
        classes()
                .that()
                .resideInAnyPackage("io.nfl.api..", "io.nfl.engine..")
                .should()
                .onlyDependOnClassesThat()
                .resideInAnyPackage("java..", "io.nfl.api..", "io.nfl.engine..", "org.jspecify.annotations")
                .check(house);
        noClasses()
                .that()
                .resideInAPackage("io.nfl.api..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("io.nfl.engine..")
                .check(house);
    }

    @Test
    void eclipseLivesInDslAlone() {
        noClasses()
                .that()
                .resideOutsideOfPackages("io.nfl.lang..", "io.nfl.compiler..", "io.nfl.ide..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("org.eclipse..")
                .check(house);
        noClasses()
                .that()
                .resideOutsideOfPackages("io.nfl.lang..", "io.nfl.ide..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("org.eclipse.emf..")
                .because("the EMF model never leaves dsl/lang (ide sees it through Xtext's services)")
                .check(house);
        noClasses()
                .that()
                .resideOutsideOfPackage("io.nfl.ide..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("org.eclipse.lsp4j..")
                .check(house);
    }

    @Test
    void asmLivesInBytecodeAlone() {
        noClasses()
                .that()
                .resideOutsideOfPackage("io.nfl.bytecode..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("org.objectweb.asm..")
                .check(house);
    }

    @Test
    void theEngineIsHandedItsClockAndItsRandomSource() {
        noClasses()
                .that()
                .resideInAnyPackage("io.nfl.engine..", "io.nfl.api..", "io.nfl.eval..")
                .should()
                .callMethod(System.class, "nanoTime")
                .orShould()
                .callMethod(System.class, "currentTimeMillis")
                .orShould()
                .callMethod(Math.class, "random")
                .orShould()
                .callMethod(Instant.class, "now")
                .orShould()
                .callConstructor(Random.class)
                .orShould()
                .dependOnClassesThat()
                .belongToAnyOf(ThreadLocalRandom.class, Clock.class)
                .check(house);
    }

    @Test
    void thePacketPathTakesNoLock() {
        noClasses()
                .that()
                .resideInAPackage("io.nfl.engine..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("java.util.concurrent.locks..")
                .check(house);
        methods()
                .that()
                .areDeclaredInClassesThat()
                .resideInAnyPackage("io.nfl.engine..", "io.nfl.api..")
                .should()
                .notHaveModifier(JavaModifier.SYNCHRONIZED)
                .check(house);
    }

    @Test
    void onlyTheCommandsAndTheSamplesSpeakToTheTerminal() {
        noClasses()
                .that()
                .resideOutsideOfPackages("io.nfl.cli..", "io.nfl.ide..", "io.nfl.oracle..", "io.nfl.embed..")
                .and()
                .resideOutsideOfPackages("io.nfl.benchmarks..", "io.nfl.lang.parser.antlr.internal..")
                .should()
                .accessField(System.class, "out")
                .orShould()
                .accessField(System.class, "err")
                .orShould()
                .callMethod(System.class, "exit", int.class)
                .check(house);
    }

    @Test
    void namesAreTermsOfTheField() {
        noClasses()
                .that()
                .resideOutsideOfPackage("io.nfl.lang..")
                .should()
                .haveNameMatching(".*(Manager|Utils?|Impl|Helper)")
                .because("the generated metamodel of io.nfl.lang aside, a name says what the thing is")
                .check(house);
    }

    @Test
    void visitorsHaveNoDefaultMethodsSoThatANewCaseBreaksTheBuild() {
        methods()
                .that()
                .areDeclaredInClassesThat(simpleNameEndingWith("Visitor"))
                .and()
                .areDeclaredInClassesThat(resideInAnyPackage("io.nfl.ir..", "io.nfl.api.."))
                .should()
                .haveModifier(JavaModifier.ABSTRACT)
                .allowEmptyShould(true)
                .check(house);
    }

    @Test
    void classesAreFinalUnlessSomethingExtendsThem() {
        classes()
                .that()
                .resideInAnyPackage(RUNTIME)
                .or()
                .resideInAnyPackage(GENERATOR)
                .should(beFinalOrExtended())
                .check(house);
    }

    private static ArchCondition<JavaClass> beFinalOrExtended() {
        return new ArchCondition<>("be final, or be extended in the house") {
            @Override
            public void check(JavaClass type, ConditionEvents events) {
                boolean open = !type.isInterface()
                        && !type.isAnonymousClass()
                        && !type.isEnum()
                        && !type.getSimpleName().equals("package-info")
                        && !type.getModifiers().contains(JavaModifier.ABSTRACT)
                        && !type.getModifiers().contains(JavaModifier.FINAL)
                        && house.that(alwaysTrue()).stream()
                                .noneMatch(other -> other.getRawSuperclass()
                                        .filter(type::equals)
                                        .isPresent());
                events.add(new SimpleConditionEvent(type, !open, type.getName() + " is neither final nor extended"));
            }
        };
    }
}
