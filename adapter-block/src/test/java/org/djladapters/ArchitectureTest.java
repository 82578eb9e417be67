/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;
import static com.tngtech.archunit.library.GeneralCodingRules.NO_CLASSES_SHOULD_ACCESS_STANDARD_STREAMS;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import ai.djl.ndarray.NDArray;
import ai.djl.training.loss.L2Loss;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

/** The packages of the library and the direction of their dependencies. */
@AnalyzeClasses(packages = "org.djladapters", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {

    @ArchTest
    static final ArchRule DEPENDENCIES_POINT_DOWNWARDS =
            layeredArchitecture()
                    .consideringOnlyDependenciesInLayers()
                    .withOptionalLayers(true)
                    .layer("io")
                    .definedBy("org.djladapters.io..")
                    .layer("archive")
                    .definedBy("org.djladapters.archive..")
                    .layer("rotation")
                    .definedBy("org.djladapters.rotation..")
                    .layer("circuit")
                    .definedBy("org.djladapters.circuit..")
                    .layer("adapter")
                    .definedBy("org.djladapters.adapter..")
                    .layer("surgery")
                    .definedBy("org.djladapters.surgery..")
                    .layer("checkpoint")
                    .definedBy("org.djladapters.checkpoint..")
                    .layer("plot")
                    .definedBy("org.djladapters.plot..")
                    .layer("tuning")
                    .definedBy("org.djladapters.tuning..")
                    .layer("zoo")
                    .definedBy("org.djladapters.zoo..")
                    .whereLayer("zoo")
                    .mayNotBeAccessedByAnyLayer()
                    .whereLayer("tuning")
                    .mayOnlyBeAccessedByLayers("zoo")
                    .whereLayer("plot")
                    .mayOnlyBeAccessedByLayers("tuning")
                    .whereLayer("checkpoint")
                    .mayOnlyBeAccessedByLayers("tuning", "zoo")
                    .whereLayer("surgery")
                    .mayOnlyBeAccessedByLayers("checkpoint", "tuning", "zoo")
                    .whereLayer("adapter")
                    .mayOnlyBeAccessedByLayers("surgery", "checkpoint", "tuning")
                    .whereLayer("rotation")
                    .mayOnlyBeAccessedByLayers(
                            "circuit", "adapter", "surgery", "checkpoint", "tuning")
                    .whereLayer("archive")
                    .mayOnlyBeAccessedByLayers(
                            "rotation", "circuit", "adapter", "surgery", "checkpoint", "tuning")
                    .whereLayer("io")
                    .mayOnlyBeAccessedByLayers(
                            "archive",
                            "rotation",
                            "circuit",
                            "adapter",
                            "surgery",
                            "checkpoint",
                            "plot",
                            "tuning",
                            "zoo");

    @ArchTest
    static final ArchRule PACKAGES_ARE_FREE_OF_CYCLES =
            slices().matching("org.djladapters.(*)..").should().beFreeOfCycles();

    @ArchTest
    static final ArchRule NOTHING_IS_DONE_BY_REFLECTION =
            noClasses().should().dependOnClassesThat().resideInAPackage("java.lang.reflect..");

    /** The garbage collector may take the number before the gradient is computed with it. */
    @ArchTest
    static final ArchRule NO_ARRAY_IS_MULTIPLIED_BY_A_NUMBER_OF_THE_CALLER =
            noClasses()
                    .should()
                    .callMethod(NDArray.class, "mul", Number.class)
                    .orShould()
                    .callMethod(NDArray.class, "div", Number.class)
                    .orShould()
                    .callMethod(NDArray.class, "pow", Number.class)
                    .orShould()
                    .dependOnClassesThat()
                    .areAssignableTo(L2Loss.class)
                    .because("gradients need a number that stays: see TransformKernel.times");

    @ArchTest static final ArchRule NOTHING_IS_PRINTED = NO_CLASSES_SHOULD_ACCESS_STANDARD_STREAMS;
}
