/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.rotation.programs;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.djladapters.rotation.CompoundForm;
import org.djladapters.rotation.CompoundLayout;
import org.djladapters.rotation.EntryRule;
import org.djladapters.rotation.OrthogonalMap;
import org.djladapters.rotation.WeightTransform;
import org.junit.jupiter.api.Test;

class ConcurrentRotationTest {

    private static final int THREADS = 4;
    private static final int ROUNDS = 100;

    @Test
    void threadsThatShareAPlanAndParametersGetWhatOneGets() throws Exception {
        CompoundForm form =
                new CompoundForm(
                        CompoundLayout.ofBlocks(64, 2, List.of(1, 2)),
                        OrthogonalMap.CAYLEY,
                        5,
                        EntryRule.DETERMINANT,
                        false,
                        2,
                        false,
                        true);
        ExecutorService threads = Executors.newFixedThreadPool(THREADS);
        try (NDManager manager = NDManager.newBaseManager("PyTorch");
                CompoundPlan plan = new CompoundPlan(form, manager)) {
            NDArray parameters =
                    manager.create(Rotations.parameters(form, 1), form.parameterShape())
                            .toType(DataType.FLOAT32, true);
            parameters.setName("compound");
            NDArray scale = manager.randomNormal(new Shape(64, 1));
            NDArray y = manager.randomNormal(new Shape(5, 64));
            NDArray expected =
                    CompoundKernel.rotate(y, Rotations.transform(plan, parameters, scale));

            List<Future<Boolean>> results = new ArrayList<>();
            for (int i = 0; i < THREADS; i++) {
                results.add(
                        threads.submit(() -> rotatesAlike(plan, parameters, scale, y, expected)));
            }

            for (Future<Boolean> result : results) {
                assertThat(result.get()).isTrue();
            }
            assertThat(parameters.getName()).isEqualTo("compound");
        } finally {
            threads.shutdownNow();
        }
    }

    private static boolean rotatesAlike(
            CompoundPlan plan, NDArray parameters, NDArray scale, NDArray y, NDArray expected) {
        boolean alike = true;
        for (int round = 0; round < ROUNDS; round++) {
            try (NDManager scope = y.getManager().newSubManager()) {
                NDArray own = y.duplicate();
                own.attach(scope);
                WeightTransform transform =
                        CompoundKernel.transforms(plan, List.of(parameters), List.of(scale), scope)
                                .get(0);
                alike &= CompoundKernel.rotate(own, transform).equals(expected);
            }
        }
        return alike;
    }
}
