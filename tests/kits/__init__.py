"""What tests in several folders share: imported as `from kits.programs import program`."""
