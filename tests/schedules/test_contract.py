"""Every schedule keeps the contract."""

from skhpo.schedules import Asha, AshaStopping, Full, SuccessiveHalving
from skhpo.schedules.curves import Hopeless, Stagnant
from skhpo.schedules.rungs import halving, hyperband, levels
from skhpo.testing import ScheduleContract


class TestFull(ScheduleContract):
    def make(self):
        return Full(n_iter=20)


class TestHalving(ScheduleContract):
    def make(self):
        return SuccessiveHalving(brackets=[halving(27, 1, 4, factor=3)])


class TestHyperband(ScheduleContract):
    def make(self):
        return SuccessiveHalving(brackets=hyperband(levels(1, 27)))


class TestRepeatedHyperband(ScheduleContract):
    def make(self):
        return SuccessiveHalving(brackets=hyperband(levels(1, 9)), n_iter=40)


class TestHyperbandWithVetoes(ScheduleContract):
    def make(self):
        vetoes = [Hopeless(0.05), Stagnant(2)]
        return SuccessiveHalving(brackets=hyperband(levels(1, 27)), vetoes=vetoes)


class TestAsha(ScheduleContract):
    is_synchronous = False

    def make(self):
        return Asha(n_iter=30, levels=(1, 3, 9))


class TestAshaWithFew(ScheduleContract):
    is_synchronous = False

    def make(self):
        return Asha(n_iter=5, levels=(1, 3, 9, 27))


class TestAshaStopping(ScheduleContract):
    is_synchronous = False

    def make(self):
        return AshaStopping(n_iter=30, levels=(1, 3, 9))


class TestAshaStoppingByQuota(ScheduleContract):
    is_synchronous = False

    def make(self):
        return AshaStopping(n_iter=30, levels=(1, 3, 9), stays="quota")
